// A picture that is in memory, read as if it were turned.
#pragma once

#include "orientation.hpp"

namespace doorward::pdq {

// Gives `sink` the rows of the picture as it looks when turned so. `pixels` are those of `shape`, without gaps.
void read_turned(const std::uint8_t* pixels, const Shape& shape, const Turn& turn, RowSink& sink);

}  // namespace doorward::pdq
