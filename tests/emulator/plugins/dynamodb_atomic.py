"""moto's DynamoDB → requests one at a time, transactions whole or not at all, and each client token's transaction once.

By itself moto serves requests in threads without any lock, so that of two racing conditional writes both may succeed; readers see a
transaction half done; and a failed transaction puts back a copy of the whole table, with what others wrote meanwhile lost.
"""

import copy
import json
import threading
import time
from types import SimpleNamespace

from . import hooks

TOKEN_SECONDS = 600  # developer guide, "Amazon DynamoDB Transactions: How It Works", "Idempotency"

_lock = threading.RLock()
_tokens = {}  # (account, region, token): (until when, what was asked)


def install():
    hooks.on_load("dynamodb", _patch)


def _patch():
    from moto.dynamodb import models
    from moto.dynamodb.responses import DynamoHandler

    serve, transact_action = DynamoHandler.call_action, DynamoHandler.transact_write_items
    transact = models.DynamoDBBackend.transact_write_items

    def one_at_a_time(self):
        with _lock:
            return serve(self)

    def once_per_token(self):
        token = self.body.get("ClientRequestToken")
        if token is None:
            return transact_action(self)
        key, asked = (self.current_account, self.region, token), json.dumps(self.body, sort_keys=True)
        until, before = _tokens.get(key, (0, None))
        if time.monotonic() < until:
            if before != asked:
                raise _mismatch()
            return "{}"
        answer = transact_action(self)
        _tokens[key] = (time.monotonic() + TOKEN_SECONDS, asked)
        return answer

    def whole_or_not_at_all(self, transact_items):
        restore = [_undo(self, *item.items()) for item in transact_items if len(item) == 1]
        try:
            return transact(self, transact_items)
        except Exception:
            for undo in restore:
                undo()
            raise

    DynamoHandler.call_action = one_at_a_time
    DynamoHandler.transact_write_items = once_per_token
    models.DynamoDBBackend.transact_write_items = whole_or_not_at_all
    # moto copies every table once for each item of a transaction, which a table of thousands of items is too long for.
    models.copy = SimpleNamespace(deepcopy=lambda thing: thing if isinstance(thing, models.Table) else copy.deepcopy(thing))


def _undo(backend, action):
    """What puts one item of a transaction, and its table's stream, back to what they are now."""
    _, request = action
    table = backend.get_table(request["TableName"])
    keys = [name for name in (table.hash_key_attr, table.range_key_attr) if name is not None]
    named = request.get("Key") or request.get("Item") or {}
    if any(name not in named for name in keys):
        return lambda: None  # moto refuses it before it touches anything
    hash_key, range_key = backend.get_keys_value(table, {name: named[name] for name in keys})
    before = copy.deepcopy(table.get_item(hash_key, range_key))
    records = len(table.stream_shard.items) if table.stream_shard else 0

    def undo():
        if table.stream_shard:
            del table.stream_shard.items[records:]
        if range_key is None:
            place, key = table.items, hash_key
        else:
            place, key = table.items[hash_key], range_key
        if before is None:
            place.pop(key, None)
        else:
            place[key] = before

    return undo


def _mismatch():
    from moto.core.exceptions import JsonRESTError

    return JsonRESTError("IdempotentParameterMismatchException", "the token was used for another request")
