// The keys that lie close to a key: what must be turned to get to each of them.
#pragma once

#include <vector>

#include "layout.hpp"

namespace doorward::hamming {

// No plan looks further than this from a query's chunk; the planner tries one more than radius 63 needs.
constexpr int kMaxThreshold = 4;

// 16-bit masks by their number of bits: those of d bits are masks[offsets[d]] … masks[offsets[d + 1] - 1].
struct Ball {
    std::vector<std::uint16_t> masks;
    std::array<std::size_t, kMaxThreshold + 2> offsets;
};

const Ball& ball();

}  // namespace doorward::hamming
