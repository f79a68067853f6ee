// PDQ's 64x64 with every rounding of the reference, over rows that arrive once.
//
// The reference makes four passes over the whole picture: boxes along the rows, down the columns, and both
// again. Each output of a pass depends on few rows of the pass before, so that here all four go at once, a
// few rows apart; no number is computed differently for that.
#pragma once

#include <cstdint>
#include <vector>

#include "batches.hpp"
#include "kernels.hpp"
#include "row_sink.hpp"
#include "spectrum.hpp"

namespace doorward::pdq {

// Boxes that slide down the columns of rows that arrive one by one (slide_box, for all columns at once).
class ColumnBoxes {
  public:
    ColumnBoxes(const Kernels& kernels, std::size_t height, std::size_t length);

    // The next row of `length` floats, or after the last one null, `height` rows of means in all being
    // due. True if a row of means came out.
    bool take(const float* row, float* means);

  private:
    const Kernels& kernels_;
    std::size_t height_;
    std::size_t length_;
    std::size_t step_ = 0;
    std::vector<float> behind_;  // the last rows, as many as the box is long; zeros before the first
    std::vector<float> sums_;
    std::vector<float> zeros_;
};

class Reference {
  public:
    Reference(const Shape& shape, const Kernels& kernels);

    void rows(const std::uint8_t* pixels, std::size_t count, std::size_t stride);

    // After the last row.
    void finish();
    const Small<float>& small() const { return small_; }

  private:
    void take(const Rows& rows, std::size_t count);
    void take_unfiltered(std::size_t count);
    void first_columns(const float* row);
    void second_rows();
    void second_columns(const float* row);

    Shape shape_;
    const Kernels& kernels_;
    ColumnBoxes first_;
    ColumnBoxes second_;
    std::vector<float> lanes_;
    std::vector<float> means_;
    std::vector<float> block_;   // rows after the first boxes along rows
    std::vector<float> waiting_; // rows after the first boxes down columns, until there are kRowsAtOnce
    std::size_t waiting_count_ = 0;
    std::size_t place_ = 0;  // rows that all four boxes are done with
    std::size_t out_ = 0;    // of which so many became rows of the 64
    Batches batches_;
    Small<float> small_{};
};

}  // namespace doorward::pdq
