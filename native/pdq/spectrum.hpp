// From 64x64 to the hash: the corner of a cosine transform, its median, and the quality.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "decimation.hpp"

namespace doorward::pdq {

constexpr std::size_t kFrequencies = 16;
constexpr std::size_t kBits = kFrequencies * kFrequencies;

template <typename Real>
using Small = std::array<std::array<Real, kSmallSide>, kSmallSide>;
template <typename Real>
using Spectrum = std::array<std::array<Real, kFrequencies>, kFrequencies>;

// Frequencies 1...16 of the cosine transform (DCT-II) of `small`, down and across; frequency 0, the
// brightness, is left out. With Real = float every rounding is that of the reference.
template <typename Real>
Spectrum<Real> spectrum_of(const Small<Real>& small);

// 0...100: how much there is to see. Differences of neighbours, in whole hundredths of white, added up.
int quality_of(const Small<float>& small);
int quality_of_sum(long sum);

// The gradient between neighbours in hundredths of white, before its fraction is dropped.
inline float gradient(float one, float other) {
    return (one - other) * 100.0f / 255.0f;
}

// Which frequencies lie above the median: bit 255 - (16 * row + column), most significant first.
template <typename Real>
std::array<std::uint8_t, 32> bits_above(const Spectrum<Real>& spectrum, Real median);

// The 128th smallest of the 256, which the reference takes for the median.
template <typename Real>
Real median_of(const Spectrum<Real>& spectrum);

}  // namespace doorward::pdq
