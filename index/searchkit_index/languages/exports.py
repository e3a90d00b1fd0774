"""Lists formats in which services export what people wrote: chats, posts, notes."""

from searchkit_index.languages.row import row

# The day and the minute of a message, as different countries write them: also in Arabic and Persian
# digits, with marks of direction, and with a word before the hour.
_DIGIT = rb"(?:\d|\xd9[\xa0-\xa9]|\xdb[\xb0-\xb9])"
_BETWEEN = rb"(?:\xe2\x80\x8f)?(?:[/-]|\. ?)"
_MOMENT = (
    _DIGIT + rb"{1,4}" + _BETWEEN + _DIGIT + rb"{1,2}" + _BETWEEN + _DIGIT + rb"{1,4}"
    rb"(?:\.|\xc2\xa0\xd0\xb3\.| \xd0\xb3\.)?(?:,|\xd8\x8c)? (?:[^\d\n,:-]{2,9})?"
    + _DIGIT
    + rb"{1,2}[:.]"
    + _DIGIT
    + rb"{2}"
)

# Notes of Standard Notes, Simplenote, Day One and Roam.
_NOTES = (
    rb'\A(?:\xef\xbb\xbf)?\s*(?:\{\s*(?:"version":\s*"00\d",\s*"items":\s*\[|"activeNotes":\s*\['
    rb'|"metadata":\s*\{[^{}]*\},\s*"entries":\s*\[)'
    rb'|\[\s*\{(?=(?s:.){0,3900}?"string":\s*")(?=(?s:.){0,3900}?"uid":\s*")'
    rb'(?=(?s:.){0,3900}?"(?:title|create-time)":))'
)

EXPORTS = (
    row(
        "chat",
        claims=(
            (
                "json",
                rb'\A(?:\xef\xbb\xbf)?\s*(?:\{\s*"name":\s*(?:"(?:[^"\\]|\\.)*"|null),\s*"type":\s*"\w+",'
                rb'\s*"id":\s*\d+,\s*"messages":\s*\['
                rb'|\{\s*"about":\s*"(?:[^"\\]|\\.)*",\s*"(?:personal_information|contacts|chats)":\s*\{'
                rb'|\{\s*"guild":\s*\{(?s:.){0,3000}?"dateRange":\s*\{'
                rb'|\{\s*"participants":\s*\[(?s:.){0,3900}?"sender_name":'
                rb'|\{\s*"messages":\s*\[\s*\{\s*"creator":\s*\{'
                rb'|\{\s*"room_name":|\{\s*"userId":\s*"[^"]*",\s*"exportDate":'
                rb'|\[\s*\{(?s:.){0,3000}?"ts":\s*"\d{10}\.\d{6}"'
                rb'|\[?\s*\{(?s:.){0,1000}?"create_time":(?s:.){0,1000}?"mapping":\s*\{'
                rb'|\[?\s*\{\s*"uuid":(?s:.){0,3900}?"chat_messages":\s*\[)',
            ),
        ),
        kind="prose",
        aliases="slack telegram discord messenger matrix teams skype chatgpt claude",
        reader="chat",
        encoded=True,
        embeds="blocks",
        lexer="json",
    ),
    row(
        "transcript",
        claims=(
            (
                "txt",
                rb"\A(?:\xef\xbb\xbf)?(?:\xe2\x80[\x8e\x8f])?"
                rb"(?:\[(?!\d{4}-)" + _MOMENT + rb"[:.]\d{2}[^\]\n]{0,9}\] "
                rb"|" + _MOMENT + rb"[^-\n]{0,9} - )",
            ),
        ),
        kind="prose",
        aliases="whatsapp",
        reader="transcript",
    ),
    row(
        "posts",
        claims=(
            (
                "json",
                rb'\A(?:\xef\xbb\xbf)?\s*\{\s*(?:"@context":(?s:.){0,2000}?"type":\s*"OrderedCollection'
                rb'|(?s:.){0,2000}?"is(?:Trashed|Pinned|Archived)":\s*\w+,'
                rb'\s*"is(?:Trashed|Pinned|Archived)":)'
                rb'|\A\s*\[\s*\{\s*"timestamp":\s*\d{10},\s*"(?:attachments|data)":\s*\[',
            ),
            (
                "js",
                rb"\A(?:\xef\xbb\xbf)?window\.YTD\.(?:(?:note_)?tweets?|direct_messages?|like)\.",
            ),
        ),
        kind="prose",
        aliases="mastodon keep twitter facebook",
        reader="posts",
        encoded=True,
        lexer="json",
    ),
    row(
        "notes",
        claims=(
            ("json", _NOTES),
            ("txt", _NOTES),  # as Standard Notes calls its backups
        ),
        kind="prose",
        aliases="roam simplenote dayone",
        reader="notes",
        encoded=True,
        lexer="json",
    ),
)
