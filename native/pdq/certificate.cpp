#include "certificate.hpp"

#include <algorithm>
#include <cmath>

namespace doorward::pdq {

// Measured, not proved: decision 0014 says how, over which pictures, and what a picture beyond them would
// cost. The largest deviations of 5,326 pictures with sides up to 8,192 were 0.0056 in the 64x64, 0.03 in
// frequencies of which one is the lowest, 0.003 where both are above the fifth: running sums drift slowly
// along a side, so low frequencies show it. They used half of the bounds, in the 64x64 and in the
// frequencies; the fourth root of the side is more growth than was seen.
Bounds bounds_for(const Shape& shape) {
    constexpr double kUsualSide = 1024.0;
    constexpr double kSmallestSide = 64.0;
    constexpr double kSmall = 8e-3;
    constexpr double kEveryWave = 3e-3;
    constexpr double kLowWaves = 51e-3;
    const double side = std::max(kSmallestSide, static_cast<double>(std::max(shape.height, shape.width)));
    const double growth = std::pow(side / kUsualSide, 0.25);
    Bounds bounds{growth * kSmall, {}};
    for (std::size_t i = 0; i < kFrequencies; ++i) {
        for (std::size_t j = 0; j < kFrequencies; ++j) {
            const double lower = static_cast<double>(1 + std::min(i, j));
            bounds.waves[i][j] = growth * (kEveryWave + kLowWaves / (lower * std::sqrt(lower)));
        }
    }
    return bounds;
}

namespace {

// The lower half of the frequencies stays the lower half if all of it, moved up by as much as the reference
// may have, remains below the upper half, moved down by as much. Then the bits stay, wherever the median
// is. Where the median is the value of several, there are no halves, and nothing is certain.
bool bits_certain(const Spectrum<double>& exact, const Spectrum<double>& bounds, double median) {
    std::size_t above = 0;
    double highest_below = -HUGE_VAL;
    double lowest_above = HUGE_VAL;
    for (std::size_t i = 0; i < kFrequencies; ++i) {
        for (std::size_t j = 0; j < kFrequencies; ++j) {
            if (exact[i][j] > median) {
                ++above;
                lowest_above = std::min(lowest_above, exact[i][j] - bounds[i][j]);
            } else {
                highest_below = std::max(highest_below, exact[i][j] + bounds[i][j]);
            }
        }
    }
    return above == kBits / 2 && highest_below < lowest_above;
}

struct Quality {
    long least = 0;
    long most = 0;

    // A gradient counts in whole steps; where it is nearer to a step than `bound`, either side may be true.
    void add(double gradient, double bound) {
        const double size = std::abs(gradient);
        least += static_cast<long>(std::max(0.0, size - bound));
        most += static_cast<long>(size + bound);
    }
};

Quality quality_range(const Small<double>& small, double bound) {
    Quality range;
    const double steps = 100.0 / 255.0;
    for (std::size_t i = 0; i < kSmallSide; ++i) {
        for (std::size_t j = 0; j < kSmallSide; ++j) {
            if (i + 1 < kSmallSide) {
                range.add((small[i][j] - small[i + 1][j]) * steps, 2.0 * bound * steps);
            }
            if (j + 1 < kSmallSide) {
                range.add((small[i][j] - small[i][j + 1]) * steps, 2.0 * bound * steps);
            }
        }
    }
    return range;
}

}  // namespace

Hash judged(const Small<double>& small, const Shape& shape, Orientation orientation) {
    const Bounds bounds = bounds_for(shape);
    const Spectrum<double> exact = spectrum_of(small);
    const double median = median_of(exact);
    const Quality range = quality_range(small, bounds.small);
    const int quality = quality_of_sum(range.least);
    const bool certain = quality == quality_of_sum(range.most) &&
                         bits_certain(exact, bounds.waves, median);
    return {orientation, bits_above(exact, median), quality, certain};
}

}  // namespace doorward::pdq
