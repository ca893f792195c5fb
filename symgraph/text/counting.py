"""How often tokens occur in a text."""

from __future__ import annotations

import re
from collections import Counter


def count_tokens_from_str(
    source_str: str,
    token_delim: str = " ",
    seq_delim: str = "\n",
    to_lower: bool = False,
    counter_to_update: Counter[str] | None = None,
) -> Counter[str]:
    """Count the tokens of a text.

    Args:
        token_delim, seq_delim: what stands between tokens and between sequences: regular expressions.
        to_lower: count words in any case as one.
        counter_to_update: is added to, if given, and returned.

    >>> sorted(count_tokens_from_str("Life is good\\nlife is", to_lower=True).items())
    [('good', 1), ('is', 2), ('life', 2)]
    """
    tokens = filter(None, re.split(f"(?:{token_delim})|(?:{seq_delim})", source_str))
    counter = Counter() if counter_to_update is None else counter_to_update
    counter.update(token.lower() if to_lower else token for token in tokens)
    return counter
