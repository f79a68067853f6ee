// Which kernels run on this processor.
#pragma once

#include <string>
#include <vector>

#include "kernels.hpp"

namespace doorward::hamming {

// The sets that this processor has and that agree with the portable one, the best first. Found out
// once; the portable set is always among them.
const std::vector<const Kernels*>& available();

// The sets that this processor has but that gave other answers than the portable one. None, unless
// the compiler or the processor has a fault.
const std::vector<const Kernels*>& disagreeing();

// The set of this name, or the best one if the name is empty. Throws std::invalid_argument.
const Kernels& kernels_named(const std::string& name);

}  // namespace doorward::hamming
