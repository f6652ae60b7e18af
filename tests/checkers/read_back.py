"""Reads what the career pages say to other programs, with readers that nobody here wrote, and prints it as JSON.

    read_back.py posting ADDRESS < page.html     the JSON-LD of a page, by extruct
    read_back.py feed < feed.xml                 a feed, by feedparser
    read_back.py xml < jobs.xml                  the jobs of a job board's XML, by lxml
"""

import json
import sys


def posting(text):
    import extruct

    return extruct.extract(text, base_url=sys.argv[2], syntaxes=["json-ld"], uniform=True)["json-ld"]


def feed(text):
    import feedparser

    read = feedparser.parse(text)
    names = ["title", "link", "id", "summary", "published_parsed"]
    entries = [{name: entry.get(name) for name in names} for entry in read.entries]
    # `bozo` is what feedparser calls a feed that is not well formed or against its standard.
    return {"bozo": bool(read.bozo), "version": read.version, "title": read.feed.get("title"), "entries": entries}


def xml(text):
    from lxml import etree

    def value(element):
        return {child.tag: value(child) for child in element} if len(element) else (element.text or "")

    root = etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False))
    head = {child.tag: child.text for child in root if child.tag != "job"}
    return {"root": root.tag, "head": head, "jobs": [value(job) for job in root.findall("job")]}


if __name__ == "__main__":
    json.dump({"posting": posting, "feed": feed, "xml": xml}[sys.argv[1]](sys.stdin.read()), sys.stdout)
