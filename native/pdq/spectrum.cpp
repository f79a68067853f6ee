// Compiled without contraction to fused multiply-adds: a product and a sum are two roundings here,
// as in the reference.
#include "spectrum.hpp"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstdlib>

namespace doorward::pdq {
namespace {

static_assert(FLT_EVAL_METHOD == 0, "floats must be computed as floats");

constexpr double kPi = 3.14159265358979323846;
constexpr int kQualityDivisor = 90;  // both from the PDQ paper, found by trial there
constexpr int kBestQuality = 100;

using Cosines = std::array<std::array<float, kSmallSide>, kFrequencies>;

// cosines[f][k] = sqrt(2/64) cos(pi/2/64 (f+1) (2k+1)): computed in doubles, kept in floats.
Cosines make_cosines() {
    const float norm = static_cast<float>(std::sqrt(2.0 / static_cast<double>(kSmallSide)));
    const double step = kPi / 2.0 / static_cast<double>(kSmallSide);
    Cosines cosines{};
    for (std::size_t f = 0; f < kFrequencies; ++f) {
        for (std::size_t k = 0; k < kSmallSide; ++k) {
            const double angle = step * static_cast<double>(f + 1) * static_cast<double>(2 * k + 1);
            cosines[f][k] = static_cast<float>(static_cast<double>(norm) * std::cos(angle));
        }
    }
    return cosines;
}

const Cosines& cosines() {
    static const Cosines made = make_cosines();
    return made;
}

}  // namespace

// Each sum runs over k in ascending order from zero, whatever the order of the other loops.
template <typename Real>
Spectrum<Real> spectrum_of(const Small<Real>& small) {
    const Cosines& wave = cosines();
    Spectrum<Real> spectrum{};
    for (std::size_t i = 0; i < kFrequencies; ++i) {
        std::array<Real, kSmallSide> across{};
        for (std::size_t k = 0; k < kSmallSide; ++k) {
            const Real weight = static_cast<Real>(wave[i][k]);
            for (std::size_t j = 0; j < kSmallSide; ++j) {
                across[j] += weight * small[k][j];
            }
        }
        for (std::size_t k = 0; k < kSmallSide; ++k) {
            for (std::size_t j = 0; j < kFrequencies; ++j) {
                spectrum[i][j] += across[k] * static_cast<Real>(wave[j][k]);
            }
        }
    }
    return spectrum;
}


int quality_of_sum(long sum) {
    return static_cast<int>(std::min<long>(sum / kQualityDivisor, kBestQuality));
}

int quality_of(const Small<float>& small) {
    long sum = 0;
    for (std::size_t i = 0; i < kSmallSide; ++i) {
        for (std::size_t j = 0; j < kSmallSide; ++j) {
            if (i + 1 < kSmallSide) {
                sum += std::abs(static_cast<int>(gradient(small[i][j], small[i + 1][j])));
            }
            if (j + 1 < kSmallSide) {
                sum += std::abs(static_cast<int>(gradient(small[i][j], small[i][j + 1])));
            }
        }
    }
    return quality_of_sum(sum);
}

template <typename Real>
Real median_of(const Spectrum<Real>& spectrum) {
    std::array<Real, kBits> values;
    for (std::size_t i = 0; i < kBits; ++i) {
        values[i] = spectrum[i / kFrequencies][i % kFrequencies];
    }
    const auto middle = values.begin() + kBits / 2 - 1;
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

template <typename Real>
std::array<std::uint8_t, 32> bits_above(const Spectrum<Real>& spectrum, Real median) {
    std::array<std::uint8_t, 32> bits{};
    for (std::size_t i = 0; i < kBits; ++i) {
        if (spectrum[i / kFrequencies][i % kFrequencies] > median) {
            const std::size_t place = kBits - 1 - i;
            bits[place / 8] = static_cast<std::uint8_t>(bits[place / 8] | (0x80u >> (place % 8)));
        }
    }
    return bits;
}

template Spectrum<float> spectrum_of(const Small<float>&);
template Spectrum<double> spectrum_of(const Small<double>&);
template float median_of(const Spectrum<float>&);
template double median_of(const Spectrum<double>&);
template std::array<std::uint8_t, 32> bits_above(const Spectrum<float>&, float);
template std::array<std::uint8_t, 32> bits_above(const Spectrum<double>&, double);

}  // namespace doorward::pdq
