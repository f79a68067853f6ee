#include "reference.hpp"

#include <algorithm>

namespace doorward::pdq {
namespace {

bool is_small(const Shape& shape) {
    return shape.height == kSmallSide && shape.width == kSmallSide;
}

}  // namespace

ColumnBoxes::ColumnBoxes(const Kernels& kernels, std::size_t height, std::size_t length)
    : kernels_(kernels),
      height_(height),
      length_(length),
      behind_(box_window(height) * length, 0.0f),
      sums_(length, 0.0f),
      zeros_(length, 0.0f) {}

// Where a box is cut off at an edge, the reference adds or takes away nothing; here it is a zero, which
// rounds nothing.
bool ColumnBoxes::take(const float* row, float* means) {
    const std::size_t window = box_window(height_);
    const std::size_t ahead = places_ahead(window);
    const std::size_t step = step_++;
    const std::size_t last = std::min(step + 1, height_);
    const std::size_t first = step + 1 - std::min(step + 1, window);
    float* const behind = behind_.data() + step % window * length_;
    kernels_.slide_columns(row == nullptr ? zeros_.data() : row, behind, sums_.data(),
                           static_cast<float>(last - first), means, length_);
    return step >= ahead;
}

Reference::Reference(const Shape& shape, const Kernels& kernels)
    : shape_(shape),
      kernels_(kernels),
      first_(kernels, shape.height, shape.width),
      second_(kernels, shape.height, kSmallSide),
      lanes_(kRowsAtOnce * shape.width),
      means_(kRowsAtOnce * shape.width),
      block_(kRowsAtOnce * shape.width),
      waiting_(kRowsAtOnce * shape.width),
      batches_(shape.width * shape.channels) {}

void Reference::rows(const std::uint8_t* pixels, std::size_t count, std::size_t stride) {
    batches_.add(pixels, count, stride, [this](const Rows& rows, std::size_t n) { take(rows, n); });
}

void Reference::take(const Rows& rows, std::size_t count) {
    kernels_.luma(rows, shape_.channels, shape_.width, lanes_.data());
    if (is_small(shape_)) {
        take_unfiltered(count);
        return;
    }
    kernels_.box_along_rows(lanes_.data(), shape_.width, means_.data());
    kernels_.from_lanes(means_.data(), shape_.width, block_.data(), shape_.width);
    for (std::size_t r = 0; r < count; ++r) {
        first_columns(block_.data() + r * shape_.width);
    }
}

// A picture of 64x64 is not filtered by the reference at all. (A box of length 1 would change nothing but
// for rounding, which the running sum has even then.)
void Reference::take_unfiltered(std::size_t count) {
    for (std::size_t r = 0; r < count; ++r, ++out_) {
        for (std::size_t x = 0; x < kSmallSide; ++x) {
            small_[out_][x] = lanes_[kRowsAtOnce * x + r];
        }
    }
}

void Reference::first_columns(const float* row) {
    if (first_.take(row, waiting_.data() + waiting_count_ * shape_.width) && ++waiting_count_ == kRowsAtOnce) {
        second_rows();
    }
}

void Reference::second_rows() {
    std::array<float, kRowsAtOnce * kSmallSide> sampled;
    std::array<float, kRowsAtOnce * kSmallSide> rows;
    kernels_.to_lanes(waiting_.data(), shape_.width, shape_.width, lanes_.data());
    kernels_.box_along_rows_sampled(lanes_.data(), shape_.width, sampled.data());
    kernels_.from_lanes(sampled.data(), kSmallSide, rows.data(), kSmallSide);
    for (std::size_t r = 0; r < waiting_count_; ++r) {
        second_columns(rows.data() + r * kSmallSide);
    }
    waiting_count_ = 0;
}

void Reference::second_columns(const float* row) {
    std::array<float, kSmallSide> means;
    if (!second_.take(row, means.data())) {
        return;
    }
    for (; out_ < kSmallSide && sampled_place(out_, shape_.height) == place_; ++out_) {
        small_[out_] = means;
    }
    ++place_;
}

// The boxes still lack the rows below the picture that would bring out the means of its last ones.
void Reference::finish() {
    batches_.flush([this](const Rows& rows, std::size_t count) { take(rows, count); });
    if (is_small(shape_)) {
        return;
    }
    const std::size_t ahead = places_ahead(box_window(shape_.height));
    for (std::size_t k = 0; k < ahead; ++k) {
        first_columns(nullptr);
    }
    second_rows();
    for (std::size_t k = 0; k < ahead; ++k) {
        second_columns(nullptr);
    }
}

}  // namespace doorward::pdq
