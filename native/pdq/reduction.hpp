// The linear pass: the 64x64 of PDQ, R * Y * C^T with sparse R and C, in one multiplication for each byte.
#pragma once

#include <optional>
#include <vector>

#include "batches.hpp"
#include "columns.hpp"
#include "orientation.hpp"
#include "spectrum.hpp"

namespace doorward::pdq {

// The exact 64x64 of a picture, whole numbers until the last division, for each way of reading it.
class Reduction {
  public:
    Reduction(const Shape& shape, Orientations wanted, const Kernels& kernels);

    void rows(const std::uint8_t* pixels, std::size_t count, std::size_t stride);

    // After the last row.
    void finish();

    // The 64x64 of the picture turned so; one of those that were wanted. After finish().
    Small<double> small(const Turn& turn) const;

  private:
    // One way of reading a picture across, on top of one way of reading it down.
    struct Way {
        bool bottom_up;
        bool backwards;
        Small<double> small;
    };

    void take(const Rows& rows, std::size_t count);
    void finished(bool bottom_up, const Part& part, const std::uint32_t* sums);
    void to_luma(const std::uint32_t* sums);

    Shape shape_;
    std::vector<Way> ways_;
    std::array<std::optional<Columns>, 2> columns_;              // top down, bottom up
    std::array<std::optional<std::vector<Part>>, 2> across_;     // forwards, backwards
    std::vector<double> luma_;                                   // a row of sums, in thousandths
    Batches batches_;
};

}  // namespace doorward::pdq
