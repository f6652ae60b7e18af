// The board as it is shown: what was read, with cards at once where they were dropped, and the way between cards.

import type { Board, BoardColumn, Card } from "../../backend/types";
import type { Movable } from "./moves";

/** The columns with dropped cards already in their new place. */
export function arranged(board: Board, placed: ReadonlyMap<string, string>): BoardColumn[] {
  if (placed.size === 0) {
    return board.columns;
  }
  const moved = board.columns.flatMap((column) =>
    column.cards
      .filter((card) => (placed.get(card.application.id) ?? column.stage_id) !== column.stage_id)
      .map((card) => ({ card, from: column.stage_id })),
  );
  return board.columns.map((column) => {
    const left = moved.filter((each) => each.from === column.stage_id);
    const came = moved.filter((each) => placed.get(each.card.application.id) === column.stage_id);
    return {
      ...column,
      total: column.total - left.length + came.length,
      cards: [
        ...came.map(({ card }): Card => ({ ...card, days_in_stage: 0 })),
        ...column.cards.filter((card) => !left.some((each) => each.card === card)),
      ],
    };
  });
}

/** A card where it stands. */
export interface Spot {
  column: BoardColumn;
  card: Card;
}

/** Finds a card, or the first one of the board. */
export function spotOf(columns: BoardColumn[], id: string | null): Spot | null {
  for (const column of columns) {
    const card = column.cards.find((each) => each.application.id === id);
    if (card) {
      return { column, card };
    }
  }
  const column = columns.find((each) => each.cards.length > 0);
  const card = column?.cards[0];
  return column && card ? { column, card } : null;
}

/** The card that an arrow leads to: up and down in a column, left and right to the next column that has cards. */
export function neighbour(columns: BoardColumn[], id: string | null, dx: number, dy: number): Card | null {
  const spot = spotOf(columns, id);
  if (!spot) {
    return null;
  }
  const row = spot.column.cards.indexOf(spot.card);
  if (dy !== 0) {
    return spot.column.cards[row + dy] ?? spot.card;
  }
  for (let at = columns.indexOf(spot.column) + dx; at >= 0 && at < columns.length; at += dx) {
    const cards = columns[at]?.cards ?? [];
    if (cards.length > 0) {
      return cards[Math.min(row, cards.length - 1)] ?? null;
    }
  }
  return spot.card;
}

/** A card as something to move. */
export function movable(spot: Spot, unnamed: string): Movable {
  return {
    id: spot.card.application.id,
    candidateId: spot.card.candidate_id,
    name: spot.card.candidate_name ?? unnamed,
    stageId: spot.column.stage_id,
    kind: spot.column.kind,
  };
}
