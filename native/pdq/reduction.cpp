#include "reduction.hpp"

#include <algorithm>

namespace doorward::pdq {
namespace {

// Thousandths of luma. The reference's 0.299, 0.587 and 0.114, as whole numbers.
constexpr double kRed = 299.0;
constexpr double kGreen = 587.0;
constexpr double kBlue = 114.0;
constexpr double kThousand = 1000.0;

// Independent sums, so that they go side by side. Whole numbers below 2^53 (for all sides up to 50,000):
// their order does not matter.
double weighted_sum(const Part& part, const double* values) {
    constexpr std::size_t kLanes = 8;
    std::array<double, kLanes> sums{};
    const double* const from = values + part.begin;
    const std::size_t whole = part.weights.size() / kLanes * kLanes;
    for (std::size_t k = 0; k < whole; k += kLanes) {
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
            sums[lane] += from[k + lane] * static_cast<double>(part.weights[k + lane]);
        }
    }
    double sum = 0.0;
    for (const double lane : sums) {
        sum += lane;
    }
    for (std::size_t k = whole; k < part.weights.size(); ++k) {
        sum += from[k] * static_cast<double>(part.weights[k]);
    }
    return sum;
}

}  // namespace

Reduction::Reduction(const Shape& shape, Orientations wanted, const Kernels& kernels)
    : shape_(shape), luma_(shape.width), batches_(shape.width * shape.channels) {
    for (const Orientation orientation : kEachOrientation) {
        const Turn turn = turn_to(orientation);
        const bool known = std::any_of(ways_.begin(), ways_.end(), [&turn](const Way& way) {
            return way.bottom_up == turn.bottom_up && way.backwards == turn.backwards;
        });
        if (!contains(wanted, orientation) || known) {
            continue;
        }
        ways_.push_back({turn.bottom_up, turn.backwards, {}});
        if (!columns_[turn.bottom_up]) {
            columns_[turn.bottom_up].emplace(kernels, shape.height, shape.width * shape.channels, turn.bottom_up);
        }
        if (!across_[turn.backwards]) {
            across_[turn.backwards] = parts_of(shape.width, turn.backwards);
        }
    }
}

void Reduction::rows(const std::uint8_t* pixels, std::size_t count, std::size_t stride) {
    batches_.add(pixels, count, stride, [this](const Rows& rows, std::size_t n) { take(rows, n); });
}

void Reduction::finish() {
    batches_.flush([this](const Rows& rows, std::size_t count) { take(rows, count); });
}

void Reduction::take(const Rows& rows, std::size_t count) {
    for (const bool bottom_up : {false, true}) {
        if (columns_[bottom_up]) {
            columns_[bottom_up]->take(rows, count, [this, bottom_up](const Part& part, const std::uint32_t* sums) {
                finished(bottom_up, part, sums);
            });
        }
    }
}

void Reduction::finished(bool bottom_up, const Part& part, const std::uint32_t* sums) {
    to_luma(sums);
    for (Way& way : ways_) {
        if (way.bottom_up != bottom_up) {
            continue;
        }
        for (const Part& across : *across_[way.backwards]) {
            const double sum = weighted_sum(across, luma_.data());
            way.small[part.out][across.out] += sum / kThousand * (part.scale * across.scale);
        }
    }
}

void Reduction::to_luma(const std::uint32_t* sums) {
    for (std::size_t x = 0; x < shape_.width; ++x) {
        if (shape_.channels == 1) {
            luma_[x] = kThousand * static_cast<double>(sums[x]);
        } else {
            const std::uint32_t* const pixel = sums + 3 * x;
            luma_[x] = kRed * pixel[0] + kGreen * pixel[1] + kBlue * pixel[2];
        }
    }
}

Small<double> Reduction::small(const Turn& turn) const {
    const auto way = std::find_if(ways_.begin(), ways_.end(), [&turn](const Way& one) {
        return one.bottom_up == turn.bottom_up && one.backwards == turn.backwards;
    });
    if (!turn.transpose) {
        return way->small;
    }
    Small<double> transposed{};
    for (std::size_t i = 0; i < kSmallSide; ++i) {
        for (std::size_t j = 0; j < kSmallSide; ++j) {
            transposed[i][j] = way->small[j][i];
        }
    }
    return transposed;
}

}  // namespace doorward::pdq
