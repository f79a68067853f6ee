// Whether two sets of kernels agree.
#pragma once

#include "kernels.hpp"

namespace doorward::hamming {

// True if both give the same for random data and for the edges: every length around a vector's, every
// limit and many radii, empty ranges, ranges that end where the array ends.
bool agree(const Kernels& one, const Kernels& other);

}  // namespace doorward::hamming
