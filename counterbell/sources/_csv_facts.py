"""What the rows of every layout tell of a ticket, its customer and its agent."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Literal

from counterbell.record.entries import Agent, Customer, Entry, PartlyKnown, StatusName, Ticket, Unreadable

from ._csv_cells import Cells, Columns, Refused
from ._csv_mapping import AgentColumns, CustomerColumns, TicketFacts
from ._csv_rows import Table

Direction = Literal["inbound", "outbound"]
Numbered = tuple[int, Entry | Unreadable]
"""The number of a row's first line in the file, and an entry of that row or why it is none."""

DIRECTIONS: dict[str, Direction] = {"inbound": "inbound", "outbound": "outbound"}

_REMEMBERED = 50_000
"""So many customers and agents at most, so that a large file costs no memory."""


class TicketRow:
    """Reads the facts of a ticket."""

    def __init__(self, columns: Columns, facts: TicketFacts) -> None:
        self._channel = columns.id(facts.channel, "channel")
        self._subject = columns.maybe_text(facts.subject, "subject")
        self._store = columns.maybe_text(facts.store, "store")
        self._priority = columns.maybe_text(facts.priority, "priority")
        self._language = columns.maybe_text(facts.language, "language")
        self._tags = columns.tags(facts.tags, "tags")
        self._intent = columns.maybe_text(facts.intent, "intent")
        self._direction = columns.one_of(facts.direction, "direction", DIRECTIONS)

    def can_tell(self, cells: Cells) -> bool:
        """Whether the row has what a ticket needs."""
        try:
            self._channel(cells)
            self._direction(cells)
        except Refused:
            return False
        return True

    def priority(self, cells: Cells) -> str | None:
        """The priority that the row tells."""
        return self._priority(cells)

    def ticket(
        self,
        cells: Cells,
        ticket_id: str,
        created_at: datetime,
        *,
        customer: Customer | None,
        direction: Direction = "inbound",
        status: StatusName = "open",
        history: PartlyKnown | None = None,
    ) -> Ticket:
        """The ticket; `direction` is what it is unless the row tells."""
        return Ticket(
            id=ticket_id,
            channel=self._channel(cells),
            created_at=created_at,
            customer=customer.id if customer else None,
            direction=self._direction(cells) or direction,
            subject=self._subject(cells),
            store=self._store(cells),
            priority=self._priority(cells),
            language=self._language(cells),
            tags=self._tags(cells),
            intent=self._intent(cells),
            status=status,
            history=history,
        )


class CustomerRow:
    """Reads the customer of a row."""

    def __init__(self, columns: Columns, customer: CustomerColumns | None) -> None:
        told = customer or CustomerColumns()
        self._id = columns.maybe_id(told.id, "id")
        self._email = columns.maybe_id(told.email, "email")
        self._phone = columns.maybe_id(told.phone, "phone")
        self._name = columns.maybe_text(told.name, "name")
        self._language = columns.maybe_text(told.language, "language")
        self._country = columns.maybe_text(told.country, "country")
        self._told = _Told()

    def customer(self, cells: Cells, author: str | None = None) -> Customer | None:
        """The customer; one without an id has the author's, else the e-mail address, else the phone number."""
        email, phone = self._email(cells), self._phone(cells)
        customer_id = self._id(cells) or author or (email and email.casefold()) or phone
        if not customer_id:
            return None
        return Customer(
            id=customer_id,
            email=email,
            phone=phone,
            name=self._name(cells),
            language=self._language(cells),
            country=self._country(cells),
        )

    def news(self, customer: Customer | None) -> list[Entry]:
        """The customer, if the row tells more than the id and it was not told so before."""
        if customer is None or customer == Customer(id=customer.id) or self._told.already(customer):
            return []
        return [customer]


class AgentRow:
    """Reads what a row tells of its agent."""

    def __init__(self, columns: Columns, agent: AgentColumns) -> None:
        self._name = columns.maybe_text(agent.name, "name")
        self._email = columns.maybe_text(agent.email, "email")
        self._team = columns.maybe_text(agent.team, "team")
        self._nothing = agent == AgentColumns()
        self._told = _Told()

    def news(self, cells: Cells, agent_id: str | None) -> list[Entry]:
        """The agent, if the row tells more than the id and it was not told so before."""
        if agent_id is None or self._nothing:
            return []
        agent = Agent(id=agent_id, name=self._name(cells), email=self._email(cells), team=self._team(cells))
        return [] if agent == Agent(id=agent_id) or self._told.already(agent) else [agent]


class _Told(dict[str, Customer | Agent]):
    """What was told last of each customer or agent."""

    def already(self, entry: Customer | Agent) -> bool:
        """Whether this is nothing new; remembers it."""
        if self.get(entry.id) == entry:
            return True
        if len(self) >= _REMEMBERED:
            self.clear()
        self[entry.id] = entry
        return False


def numbered(table: Table, read: Callable[[int, Cells], Iterator[Entry | Unreadable]]) -> Iterator[Numbered]:
    """What `read` makes of every row of the table, given how many rows came before it.

    A row that it refuses gives that refusal and nothing else.
    """
    before = 0
    for line, cells in table.rows():
        if isinstance(cells, Unreadable):
            yield line, cells
            continue
        try:
            told = list(read(before, cells))
        except Refused as refusal:
            yield line, Unreadable(refusal.reason, table.raw(), refusal.column)
        else:
            for entry in told:
                yield line, entry
        before += 1
