// The downward half of the linear pass: sums of rows of bytes, each with its weight.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "decimation.hpp"
#include "kernels.hpp"

namespace doorward::pdq {

// Turns the rows of a picture into the sums of all its parts. A row belongs to one or two parts at a time.
class Columns {
  public:
    // `length` is the number of bytes in a row.
    Columns(const Kernels& kernels, std::size_t height, std::size_t length, bool reversed);

    // The next `count` rows; only the last call may bring fewer than kRowsAtOnce, and all of `rows` can be
    // read nevertheless.
    // finished(part, sums) is called for each part that has all its rows.
    template <typename Finished>
    void take(const Rows& rows, std::size_t count, const Finished& finished) {
        const std::size_t after = next_row_ + count;
        for (std::size_t i = first_open_; i < parts_.size(); ++i) {
            if (parts_[i].part.begin >= after) {
                continue;
            }
            add(parts_[i], rows, count);
            if (parts_[i].part.end() <= after) {
                finished(parts_[i].part, parts_[i].sums.data());
                free_.push_back(std::move(parts_[i].sums));
                first_open_ = i + 1;
            }
        }
        next_row_ = after;
    }

  private:
    struct Open {
        Part part;
        std::vector<std::uint32_t> sums;  // empty until the first row of the part comes
    };

    void add(Open& open, const Rows& rows, std::size_t count);

    const Kernels& kernels_;
    std::size_t length_;
    std::vector<Open> parts_;  // in the order of their ends
    std::size_t first_open_ = 0;
    std::size_t next_row_ = 0;
    std::vector<std::vector<std::uint32_t>> free_;  // memory of finished parts, for the next ones
};

}  // namespace doorward::pdq
