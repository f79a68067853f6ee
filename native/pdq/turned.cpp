#include "turned.hpp"

#include <algorithm>
#include <vector>

namespace doorward::pdq {
namespace {

// With the number of channels known to the compiler a pixel is copied in place; else by a call for each.
template <std::size_t kChannels>
void copy_backwards(const std::uint8_t* row, std::size_t width, std::uint8_t* reversed) {
    for (std::size_t x = 0; x < width; ++x) {
        std::copy_n(row + (width - 1 - x) * kChannels, kChannels, reversed + x * kChannels);
    }
}

void read_rows(const std::uint8_t* pixels, const Shape& shape, const Turn& turn, RowSink& sink) {
    std::vector<std::uint8_t> reversed(shape.width * shape.channels);
    for (std::size_t i = 0; i < shape.height; ++i) {
        const std::size_t y = turn.bottom_up ? shape.height - 1 - i : i;
        const std::uint8_t* const row = pixels + y * shape.width * shape.channels;
        if (turn.backwards) {
            (shape.channels == 1 ? copy_backwards<1> : copy_backwards<3>)(row, shape.width, reversed.data());
        }
        sink.row(turn.backwards ? reversed.data() : row);
    }
}

// Columns by sixteens: each of them alone would fetch all of the picture from memory again.
template <std::size_t kChannels>
void read_columns(const std::uint8_t* pixels, const Shape& shape, const Turn& turn, RowSink& sink) {
    constexpr std::size_t kColumnsAtOnce = 16;
    const std::size_t length = shape.height * kChannels;
    std::vector<std::uint8_t> columns(kColumnsAtOnce * length);
    for (std::size_t first = 0; first < shape.width; first += kColumnsAtOnce) {
        const std::size_t count = std::min(kColumnsAtOnce, shape.width - first);
        for (std::size_t j = 0; j < shape.height; ++j) {
            const std::size_t y = turn.bottom_up ? shape.height - 1 - j : j;
            for (std::size_t k = 0; k < count; ++k) {
                const std::size_t x = turn.backwards ? shape.width - 1 - (first + k) : first + k;
                std::copy_n(pixels + (y * shape.width + x) * kChannels, kChannels,
                            columns.data() + k * length + j * kChannels);
            }
        }
        sink.rows(columns.data(), count, length);
    }
}

}  // namespace

void read_turned(const std::uint8_t* pixels, const Shape& shape, const Turn& turn, RowSink& sink) {
    if (turn.transpose) {
        (shape.channels == 1 ? read_columns<1> : read_columns<3>)(pixels, shape, turn, sink);
    } else if (turn.bottom_up || turn.backwards) {
        read_rows(pixels, shape, turn, sink);
    } else {
        sink.rows(pixels, shape.height, shape.width * shape.channels);
    }
}

}  // namespace doorward::pdq
