"""The file that indexes are kept in: a header, and page-aligned arrays that are mapped as they are."""

from doorward.imagery.matcher.container.layout import AnyPath, Array, Kind, Sizes
from doorward.imagery.matcher.container.opening import IndexFile, Mode, open_index_file
from doorward.imagery.matcher.container.writing import write_index_file

__all__ = ["AnyPath", "Array", "IndexFile", "Kind", "Mode", "Sizes", "open_index_file", "write_index_file"]
