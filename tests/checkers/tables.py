"""Writes the workbook that the import is tried with, and reads the table that the export wrote, by programs that nobody here
wrote.

    tables.py workbook PATH    writes a workbook, by openpyxl
    tables.py table PATH       prints the rows of a CSV file as JSON, by Python's own csv
    tables.py sheet PATH       prints the cells of a workbook as JSON, each with its type, and what of it stays in sight
    tables.py bomb PATH        writes a workbook with two cells that are as far apart as can be
"""

import csv
import datetime
import json
import sys


def workbook(path):
    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = "Empty"
    people = book.create_sheet("People")
    people.append(["First name", "Last name", "Email", "Phone", "City", "Since"])
    people.append(["Grace", "Hopper", "grace@example.org", 33612345678, "New York", datetime.date(2026, 11, 28)])
    people.append(["Zoë", "Ng", "zoe@example.org", "+33 6 12", "Évry", None])
    people.append([None, None, None, None, None, None])
    people.append(["Ada", None, "=1+1", 1.5, None, True])
    book.save(path)
    print("null")


def bomb(path):
    import openpyxl

    book = openpyxl.Workbook()
    book.active["A1"] = "First name"
    book.active["XFD1048576"] = "far away"
    book.save(path)
    print("null")


def table(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        json.dump(list(csv.reader(file)), sys.stdout)


def sheet(path):
    import openpyxl

    page = openpyxl.load_workbook(path).active
    rows = [[[cell.data_type, None if cell.value is None else str(cell.value)] for cell in row] for row in page]
    json.dump({"name": page.title, "frozen": page.freeze_panes, "rows": rows}, sys.stdout)


if __name__ == "__main__":
    {"workbook": workbook, "table": table, "sheet": sheet, "bomb": bomb}[sys.argv[1]](sys.argv[2])
