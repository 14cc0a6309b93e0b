"""Where the texts that are read as JSON do not parse: a list of places for each, by the grammar that is named."""

import importlib
import json
import sys

from tree_sitter import Language, Parser


def faults(node):
    if node.is_error or node.is_missing:
        yield f"{node.start_point.row + 1}:{node.start_point.column + 1}"
    for child in node.children:
        yield from faults(child)


parser = Parser(Language(importlib.import_module(sys.argv[1]).language()))
json.dump([list(faults(parser.parse(text.encode()).root_node)) for text in json.load(sys.stdin)], sys.stdout)
