"""What a form of a page holds, as a browser without JavaScript would send it."""

import html
import re


def form_of(page: str, action: str) -> dict[str, str]:
    """The inputs and texts of the page's form to this address, as they stand; a name that stands twice is no name."""
    [body] = re.findall(rf'<form[^>]*action="{re.escape(action)}"[^>]*>(.*?)</form>', page, re.S)
    held: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", body):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and not re.search(r'type="(radio|checkbox)"', tag):
            assert name[1] not in held, f"{name[1]} stands twice in the form"
            held[name[1]] = html.unescape(value[1]) if value else ""
    for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', body, re.S):
        assert name not in held, f"{name} stands twice in the form"
        held[name] = html.unescape(text)
    return held


def sent(client, where: str, action: str = "", **told: str):
    """The answer to a page's form as a browser sends it: every field that it holds, the empty ones too, with what was told."""
    held = form_of(client.get(where).get_data(as_text=True), action or where)
    return client.post(action or where, data=held | told)
