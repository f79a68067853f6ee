// The loops over pixels, compiled once for each instruction set and chosen at run time.
//
// All of them give the same numbers: whole ones, or floats of which each operation is rounded by itself in
// the order written down (-ffp-contract=off), however many of them a register holds.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "decimation.hpp"

namespace doorward::pdq {

constexpr std::size_t kRowsAtOnce = 8;
using Rows = std::array<const std::uint8_t*, kRowsAtOnce>;
using RowWeights = std::array<std::uint16_t, kRowsAtOnce>;

// Eight rows side by side: lanes[kRowsAtOnce * x + r] is of row r, column x.
struct Kernels {
    const char* instructions;

    // sums[i] += weights[0] * rows[0][i] + ... for 0 <= i < length. No weight is above kMaxWeight.
    void (*add_rows)(const Rows& rows, const RowWeights& weights, std::uint32_t* sums, std::size_t length);

    // The luma of rows of `width` pixels of 1 or 3 channels, as the reference rounds it, into lanes.
    void (*luma)(const Rows& rows, std::size_t channels, std::size_t width, float* lanes);

    // Means over a box that slides along the rows (slide_box), for all columns.
    void (*box_along_rows)(const float* lanes, std::size_t width, float* means);

    // The same, kept only for the columns that become the 64: sampled[kRowsAtOnce * out + r].
    void (*box_along_rows_sampled)(const float* lanes, std::size_t width, float* sampled);

    // rows[r * stride + x] = lanes[kRowsAtOnce * x + r], and back.
    void (*from_lanes)(const float* lanes, std::size_t width, float* rows, std::size_t stride);
    void (*to_lanes)(const float* rows, std::size_t stride, std::size_t width, float* lanes);

    // One step of boxes that slide down columns: sums = sums + ahead - behind, two roundings.
    // `behind` becomes `ahead`. The means are sums / count.
    void (*slide_columns)(const float* ahead, float* behind, float* sums, float count, float* means,
                          std::size_t length);
};

// The best of those that this processor has.
const Kernels& kernels();

// Those that this processor has, the best first.
std::vector<std::string> instruction_sets();

// Null where this build or this processor does not have them. "" is the best.
const Kernels* kernels_for(const std::string& instructions);

}  // namespace doorward::pdq
