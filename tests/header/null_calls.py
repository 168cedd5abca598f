#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""null_calls.py FOLDER OUT: C code that calls every function of the public headers with NULL for each pointer that must
not be NULL, one at a time, for tests/unit/test_null.c. Fails where a function has no comment, or one that does not
speak of the NULL that it allows."""
import pathlib
import re
import sys

folder, out = (pathlib.Path(argument) for argument in sys.argv[1:])
# Pointers that may be NULL, wherever they are and in one function.
OPTIONAL = {"err", "options", "data", "infer"}
OPTIONAL_IN = {
    "shift_compare": {"policy"},
    "shift_compare_layers": {"policy"},
    "shift_profile_read": {"schema"},
    "shift_source_open_arrow": {"name"},
    "shift_source_open_arrow_array": {"name"},
    "shift_profile_part": {"rows"},
    "shift_store_end_attempt": {"detail"},
    "shift_store_history": {"query"},
    "shift_store_prune": {"monitor"},
    "shift_monitor_write": {"used", "source"},
    "shift_network_remedy": {"source"},
}
# What a function that returns no status answers.
NOTHING = {
    "void": "{call}, true",
    "bool": "!{call}",
    "double": "isnan({call})",
    "uint64_t": "{call} == 0",
    "size_t": "{call} == 0",
    "shift_kind": "{call} == SHIFT_KIND_NUMERIC",
    "shift_notice": "{call} == SHIFT_NOTICE_NONE",
    "shift_verdict": "{call} == SHIFT_VERDICT_NONE",
    "shift_layer_facts": "{call}.name == NULL",
    "shift_gradient_summary": "isnan({call}.ratio)",
    "shift_registry_entry": "{call}.path == NULL",
    "shift_sink": "{call}.write(NULL, \"\", 0, NULL) == SHIFT_EINVAL",
}
ANSWER_OF = {"shift_schema_find": "{call} == SIZE_MAX", "shift_whitening_column": "{call} == SIZE_MAX"}
DECLARATION = re.compile(r"(/\*\*(?:(?!\*/).)*\*/\s*)?^SHIFT_API\b([^;{]*);([ \t]*/\*\*<)?", re.M | re.S)


def fail(text):
    sys.exit(f"{out.name}: {text}")


def parameters(text):
    """Name, and value where it is not NULL; None for what is not passed by a pointer."""
    for parameter in text.split(","):
        words = re.match(r"(.*?)(\w+)(\[\w+\])?$", parameter.strip())
        if not words:
            continue
        kind, name, array = words.groups()
        if "*" in kind or array:
            yield name, "(void *)nothing", True
        elif kind.strip() == "shift_date":
            yield name, "(shift_date){2026, 1, 31}", False
        else:
            yield name, "1", False


refused, answered = [], []
for header in sorted(folder.glob("*.h")):
    text = header.read_text()
    for comment, declaration, behind in DECLARATION.findall(text):
        words = re.search(r"([\w \*]*?[ \*])(shift_\w+)\s*\((.*)\)$", re.sub(r"SHIFT_CHECKED|SHIFT_PRINTF\(.*?\)|\s+", " ", declaration).strip())
        if words is None or "..." in declaration:
            continue  # data, and what has its own test
        result, name, inside = words.group(1).strip(), words.group(2), words.group(3)
        if not comment and not behind:
            fail(f"{header.name}: {name}() has no comment")
        known = list(parameters(inside))
        if name.endswith("_name") and not known[0][2] and result.endswith("*"):
            answered.append((name, known[0][0], f"{name}({'(size_t)' if 'size_t' in inside else ''}1000) == NULL"))
        releases = re.search(r"_(free|close|abort)$", name)
        allowed = OPTIONAL | OPTIONAL_IN.get(name, set())
        mentioned = {p for p, _, pointer in known if pointer and p in allowed - {"err"}}
        if mentioned and "NULL" not in comment:
            fail(f"{header.name}: the comment of {name}() does not say that {', '.join(sorted(mentioned))} may be NULL")
        for name_of, _, pointer in known:
            if not pointer or name_of in allowed:
                continue
            call = f"{name}({', '.join('err' if p == 'err' else 'NULL' if p == name_of or p in allowed else value for p, value, _ in known)})"
            if result == "shift_status":
                refused.append((name, name_of, call))
                continue
            answer = ANSWER_OF.get(name) or ("{call} == NULL" if result.endswith("*") else NOTHING.get(result))
            if answer is None:
                fail(f"{header.name}: what does {name}() answer where {name_of} is NULL?")
            answered.append((name, name_of, answer.format(call=call)))
        if releases and (name, known[0][0]) not in {case[:2] for case in answered}:
            fail(f"{header.name}: {name}(NULL) is not tried")
assert len(refused) > 150 and len(answered) > 50, "the headers were not understood"

lines = ["/* Made by tests/header/null_calls.py. */"]
for i, (name, argument, call) in enumerate(refused):
    lines.append(f"static shift_status refuse_{i}(shift_error *err)\n{{\n    return {call};\n}}")
for i, (name, argument, answer) in enumerate(answered):
    lines.append(f"static bool answer_{i}(void)\n{{\n    return {answer};\n}}")
lines.append("static const struct refused {\n    const char *function, *argument;\n    shift_status (*call)(shift_error *err);\n} refused[] = {")
lines += [f'    {{"{name}", "{argument}", refuse_{i}}},' for i, (name, argument, _) in enumerate(refused)]
lines.append("};\nstatic const struct answered {\n    const char *function, *argument;\n    bool (*call)(void);\n} answered[] = {")
lines += [f'    {{"{name}", "{argument}", answer_{i}}},' for i, (name, argument, _) in enumerate(answered)]
out.write_text("\n".join([*lines, "};\n"]))
