// Rows by kRowsAtOnce, however they arrive.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "kernels.hpp"

namespace doorward::pdq {

class Batches {
  public:
    // Rows of `length` bytes.
    explicit Batches(std::size_t length) : length_(length), held_(kRowsAtOnce * length) {}

    // Calls take(rows, kRowsAtOnce) whenever there are enough. Rows that come many at once are not copied.
    template <typename Take>
    void add(const std::uint8_t* pixels, std::size_t count, std::size_t stride, const Take& take) {
        std::size_t done = 0;
        while (done < count) {
            if (held_count_ == 0 && count - done >= kRowsAtOnce) {
                take(pointers(pixels + done * stride, stride), kRowsAtOnce);
                done += kRowsAtOnce;
                continue;
            }
            std::copy_n(pixels + done++ * stride, length_, held_.data() + held_count_ * length_);
            if (++held_count_ == kRowsAtOnce) {
                flush(take);
            }
        }
    }

    // Calls take(rows, count) with what is left, if anything. All of the rows can be read; `count` are valid.
    template <typename Take>
    void flush(const Take& take) {
        if (held_count_ != 0) {
            take(pointers(held_.data(), length_), held_count_);
            held_count_ = 0;
        }
    }

  private:
    static Rows pointers(const std::uint8_t* first, std::size_t stride) {
        Rows rows{};
        for (std::size_t k = 0; k < kRowsAtOnce; ++k) {
            rows[k] = first + k * stride;
        }
        return rows;
    }

    std::size_t length_;
    std::vector<std::uint8_t> held_;
    std::size_t held_count_ = 0;
};

}  // namespace doorward::pdq
