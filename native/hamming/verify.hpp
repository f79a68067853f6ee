// Survivors become hits: their whole distance, and each hash once.
#pragma once

#include <vector>

#include "survivors.hpp"

namespace doorward::hamming {

// Appends to `hits`, in no order, every surviving hash within the radius, once. Throws CorruptIndex.
void verify(const Segment& segment, const Kernels& kernels, const Hash& query,
            const Thresholds& thresholds, const Survivors& survivors, unsigned radius,
            std::vector<Hit>& hits);

}  // namespace doorward::hamming
