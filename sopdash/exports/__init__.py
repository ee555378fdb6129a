"""The door: an export of any known back office in, typed rows in the warehouse and a result out.

    result = load_file(store, Path("ExportOrderList.csv"))
    result.status, result.accepted, result.rejects, [note.message("zh") for note in result.notes]

Each format is a data file in `formats/`; `formats()` lists them, `template(name)` makes a file to fill in.
"""

from sopdash.exports.format import Format, format_of, formats
from sopdash.exports.load import load_file, load_files
from sopdash.exports.results import FileResult, Note, Reject, message_of

__all__ = ["FileResult", "Format", "Note", "Reject", "format_of", "formats", "load_file", "load_files", "message_of"]
