"""What Python had when programs were written for MXNet, and what it is today: the hint behind an error of such a program."""

from __future__ import annotations

import collections.abc
import re
from types import ModuleType

from symgraph.errors import pip_install

_BUILTINS = {
    "basestring": "str",
    "cmp": "(a > b) - (a < b)",
    "execfile": "exec(open(path).read())",
    "file": "open",
    "long": "int",
    "raw_input": "input",
    "reduce": "functools.reduce",
    "reload": "importlib.reload",
    "unichr": "chr",
    "unicode": "str",
    "xrange": "range",
}
_MODULES = {
    "__builtin__": "builtins",
    "BaseHTTPServer": "http.server",
    "commands": "subprocess",
    "ConfigParser": "configparser",
    "copy_reg": "copyreg",
    "cPickle": "pickle",
    "cStringIO": "io",
    "HTMLParser": "html.parser",
    "httplib": "http.client",
    "imp": "importlib",
    "Queue": "queue",
    "sets": "set, which needs no import",
    "SimpleHTTPServer": "http.server",
    "SocketServer": "socketserver",
    "StringIO": "io",
    "thread": "_thread",
    "Tkinter": "tkinter",
    "tkMessageBox": "tkinter.messagebox",
    "urllib2": "urllib.request",
    "urlparse": "urllib.parse",
}
_OF_MODULES = {
    **{f"collections.{name}": f"collections.abc.{name}" for name in collections.abc.__all__},
    "fractions.gcd": "math.gcd",
    "inspect.getargspec": "inspect.getfullargspec",
    "itertools.ifilter": "filter",
    "itertools.imap": "map",
    "itertools.izip": "zip",
    "itertools.izip_longest": "itertools.zip_longest",
    "os.getcwdu": "os.getcwd",
    "os.popen2": "subprocess.Popen",
    "string.join": "separator.join(words)",
    "string.letters": "string.ascii_letters",
    "string.lowercase": "string.ascii_lowercase",
    "string.maketrans": "str.maketrans",
    "string.replace": "text.replace(old, new)",
    "string.split": "text.split()",
    "string.strip": "text.strip()",
    "string.uppercase": "string.ascii_uppercase",
    "sys.exc_clear": "nothing: an exception ends with its except",
    "sys.maxint": "sys.maxsize",
    "sys.setdefaultencoding": "nothing: text is Unicode",
    "thread.start_new_thread": "threading.Thread",
    "time.clock": "time.perf_counter",
    "types.ListType": "list",
    "types.StringType": "str",
    "urllib.quote": "urllib.parse.quote",
    "urllib.unquote": "urllib.parse.unquote",
    "urllib.urlencode": "urllib.parse.urlencode",
    "urllib.urlopen": "urllib.request.urlopen",
    "urllib.urlretrieve": "urllib.request.urlretrieve",
}
_METHODS = {
    "func_code": "__code__",
    "func_name": "__name__",
    "has_key": "key in mapping",
    "im_func": "__func__",
    "im_self": "__self__",
    "iteritems": "items()",
    "iterkeys": "keys()",
    "itervalues": "values()",
    "next": "next(iterator)",
    "viewitems": "items()",
    "viewkeys": "keys()",
    "viewvalues": "values()",
}
_NOW = {
    **_BUILTINS,
    **{
        f"import {name}": f"import {now}" if now[-1].isalpha() and " " not in now else now
        for name, now in _MODULES.items()
    },
    **_OF_MODULES,
    **{f".{name}": now for name, now in _METHODS.items()},
}
_NO_LISTS = re.compile(r"('|object of type ')(dict_keys|dict_values|dict_items|filter|map|range|zip)'")


def translation(script: str) -> str:
    """What to do with a script that was written for Python 2."""
    return (
        "If the program was written for Python 2, translate it first, as with "
        f"`{pip_install('modernize', 'six')} && python -m modernize -w {script}`."
    )


def hint(error: BaseException, script: str) -> str | None:
    """What to do about an error of a script, if it comes of the script's age: ``None`` otherwise."""
    if isinstance(error, ModuleNotFoundError) and error.name == "find_mxnet":
        return (
            "find_mxnet.py stands beside MXNet's examples and finds MXNet, which is not needed here: remove the import, or put "
            "an empty file of that name beside the script."
        )
    view = _NO_LISTS.match(str(error)) if isinstance(error, TypeError) else None
    if view:
        return f"Since Python 3, {view[2]} makes no list: put list(...) around it. {translation(script)}"
    name = _asked_for(error)
    return f"Python has no `{name}` any more: use `{_NOW[name]}`. {translation(script)}" if name in _NOW else None


def _asked_for(error: BaseException) -> str | None:
    """What was not there, as in `_NOW`: ``"xrange"``, ``"import cPickle"``, ``"string.letters"``, ``".iteritems"``."""
    if isinstance(error, ModuleNotFoundError):
        return f"import {error.name}"
    if isinstance(error, ImportError):
        found = re.match(r"cannot import name '(\w+)'", str(error))
        return found and f"{error.name}.{found[1]}"
    if isinstance(error, AttributeError):
        return f"{error.obj.__name__ if isinstance(error.obj, ModuleType) else ''}.{error.name}"
    return error.name if isinstance(error, NameError) else None
