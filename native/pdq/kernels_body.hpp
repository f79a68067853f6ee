// The kernels' one source. Included by a file for each instruction set, which is compiled with its flags
// and names it. All is local to that file: code for a newer processor must not be merged with another's.
#include <cstring>

#if defined(__AVX2__)
#include <immintrin.h>
#endif

#include "box.hpp"
#include "kernels.hpp"

namespace doorward::pdq {
namespace {

// One number of each of eight rows, and four of one row. (A GCC and Clang extension: operators work on
// each number, in whatever registers there are.)
typedef float Lanes __attribute__((vector_size(kRowsAtOnce * sizeof(float))));
typedef float Four __attribute__((vector_size(4 * sizeof(float))));
typedef std::int32_t Places __attribute__((vector_size(4 * sizeof(std::int32_t))));

// memcpy: arrays of floats may have any alignment.
template <typename Vector>
inline Vector load(const float* from) {
    Vector vector;
    std::memcpy(&vector, from, sizeof(vector));
    return vector;
}

template <typename Vector>
inline void store(float* to, const Vector& vector) {
    std::memcpy(to, &vector, sizeof(vector));
}

static_assert(4 * kMaxWeight * 255 <= 0xffff, "four products must have room in 16 bits");

// Products and their sums by fours stay in 16 bits, of which a register holds twice as many as of 32:
// the loop then runs as fast as memory delivers the rows.
void add_rows(const Rows& rows, const RowWeights& weights, std::uint32_t* sums, std::size_t length) {
    std::uint32_t* const __restrict__ into = sums;
    const auto product = [&rows, &weights](std::size_t row, std::size_t i) {
        return static_cast<std::uint16_t>(weights[row] * rows[row][i]);
    };
    for (std::size_t i = 0; i < length; ++i) {
        const auto first =
            static_cast<std::uint16_t>(product(0, i) + product(1, i) + product(2, i) + product(3, i));
        const auto second =
            static_cast<std::uint16_t>(product(4, i) + product(5, i) + product(6, i) + product(7, i));
        into[i] += static_cast<std::uint32_t>(first) + second;
    }
}

// The reference computes 0.299 red + 0.587 green + 0.114 blue in doubles and rounds that to a float. This
// is the same float for all 2^24 colours: in thousandths it is a whole number, exact in a float, and a
// quotient is rounded once. (No quotient lies so near to the middle of two floats that the doubles'
// rounding could matter: L / 1000 differs from such a middle, m / 2^17 or finer, by 0 or 6e-8 and more.)
inline float luma_of(const std::uint8_t* pixel) {
    return static_cast<float>(299 * pixel[0] + 587 * pixel[1] + 114 * pixel[2]) / 1000.0f;
}

// Writes the luma of the first pixels of a row, and returns of how many.
#if defined(__AVX2__)
// Eight pixels at once, whose bytes a compiler does not know how to sort. Whole numbers again, in floats.
std::size_t luma_by_eights(const std::uint8_t* row, std::size_t width, float* luma) {
    const __m128i reds = _mm_setr_epi8(0, -1, -1, -1, 3, -1, -1, -1, 6, -1, -1, -1, 9, -1, -1, -1);
    const __m256i red = _mm256_broadcastsi128_si256(reds);
    const __m256i green = _mm256_add_epi8(red, _mm256_set1_epi32(1));
    const __m256i blue = _mm256_add_epi8(red, _mm256_set1_epi32(2));
    const auto weighed = [](__m256i pixels, __m256i places, float weight) {
        return _mm256_mul_ps(_mm256_cvtepi32_ps(_mm256_shuffle_epi8(pixels, places)), _mm256_set1_ps(weight));
    };
    std::size_t x = 0;
    for (; 3 * x + 28 <= 3 * width; x += 8) {  // 16 bytes are read from pixel x + 4 on, 12 are used
        const auto* const low = reinterpret_cast<const __m128i*>(row + 3 * x);
        const auto* const high = reinterpret_cast<const __m128i*>(row + 3 * x + 12);
        const __m256i pixels = _mm256_set_m128i(_mm_loadu_si128(high), _mm_loadu_si128(low));
        const __m256 sum = _mm256_add_ps(_mm256_add_ps(weighed(pixels, red, 299.0f), weighed(pixels, green, 587.0f)),
                                         weighed(pixels, blue, 114.0f));
        _mm256_storeu_ps(luma + x, _mm256_div_ps(sum, _mm256_set1_ps(1000.0f)));
    }
    return x;
}
#else
std::size_t luma_by_eights(const std::uint8_t*, std::size_t, float*) {
    return 0;
}
#endif

void luma_of_row(const std::uint8_t* row, std::size_t channels, std::size_t width, float* luma) {
    if (channels == 1) {
        for (std::size_t x = 0; x < width; ++x) {
            luma[x] = static_cast<float>(row[x]);
        }
        return;
    }
    for (std::size_t x = luma_by_eights(row, width, luma); x < width; ++x) {
        luma[x] = luma_of(row + 3 * x);
    }
}

#if defined(__clang__)
#define DOORWARD_SHUFFLE(one, other, a, b, c, d) __builtin_shufflevector(one, other, a, b, c, d)
#else
#define DOORWARD_SHUFFLE(one, other, a, b, c, d) __builtin_shuffle(one, other, Places{a, b, c, d})
#endif

// to[i * to_stride + j] = from[j * from_stride + i] for 0 <= i, j < 4.
void transpose_four(const float* from, std::size_t from_stride, float* to, std::size_t to_stride) {
    const Four a = load<Four>(from), b = load<Four>(from + from_stride);
    const Four c = load<Four>(from + 2 * from_stride), d = load<Four>(from + 3 * from_stride);
    const Four ab_low = DOORWARD_SHUFFLE(a, b, 0, 4, 1, 5), ab_high = DOORWARD_SHUFFLE(a, b, 2, 6, 3, 7);
    const Four cd_low = DOORWARD_SHUFFLE(c, d, 0, 4, 1, 5), cd_high = DOORWARD_SHUFFLE(c, d, 2, 6, 3, 7);
    store<Four>(to, DOORWARD_SHUFFLE(ab_low, cd_low, 0, 1, 4, 5));
    store<Four>(to + to_stride, DOORWARD_SHUFFLE(ab_low, cd_low, 2, 3, 6, 7));
    store<Four>(to + 2 * to_stride, DOORWARD_SHUFFLE(ab_high, cd_high, 0, 1, 4, 5));
    store<Four>(to + 3 * to_stride, DOORWARD_SHUFFLE(ab_high, cd_high, 2, 3, 6, 7));
}

void to_lanes(const float* rows, std::size_t stride, std::size_t width, float* lanes) {
    std::size_t x = 0;
    for (; x + 4 <= width; x += 4) {
        transpose_four(rows + x, stride, lanes + kRowsAtOnce * x, kRowsAtOnce);
        transpose_four(rows + 4 * stride + x, stride, lanes + kRowsAtOnce * x + 4, kRowsAtOnce);
    }
    for (; x < width; ++x) {
        for (std::size_t r = 0; r < kRowsAtOnce; ++r) {
            lanes[kRowsAtOnce * x + r] = rows[r * stride + x];
        }
    }
}

void from_lanes(const float* lanes, std::size_t width, float* rows, std::size_t stride) {
    std::size_t x = 0;
    for (; x + 4 <= width; x += 4) {
        transpose_four(lanes + kRowsAtOnce * x, kRowsAtOnce, rows + x, stride);
        transpose_four(lanes + kRowsAtOnce * x + 4, kRowsAtOnce, rows + 4 * stride + x, stride);
    }
    for (; x < width; ++x) {
        for (std::size_t r = 0; r < kRowsAtOnce; ++r) {
            rows[r * stride + x] = lanes[kRowsAtOnce * x + r];
        }
    }
}

void luma(const Rows& rows, std::size_t channels, std::size_t width, float* lanes) {
    constexpr std::size_t kBlock = 256;  // columns: eight rows of it stay in the first cache
    float block[kRowsAtOnce * kBlock];
    for (std::size_t x = 0; x < width; x += kBlock) {
        const std::size_t count = std::min(kBlock, width - x);
        for (std::size_t r = 0; r < kRowsAtOnce; ++r) {
            luma_of_row(rows[r] + channels * x, channels, count, block + r * kBlock);
        }
        to_lanes(block, kBlock, count, lanes + kRowsAtOnce * x);
    }
}

void box_along_rows(const float* lanes, std::size_t width, float* means) {
    slide_box<Lanes>(
        width, [lanes](std::size_t x) { return load<Lanes>(lanes + kRowsAtOnce * x); },
        [means](std::size_t x, const Lanes& sum, std::size_t count) {
            store<Lanes>(means + kRowsAtOnce * x, sum / static_cast<float>(count));
        });
}

void box_along_rows_sampled(const float* lanes, std::size_t width, float* sampled) {
    std::size_t next = 0;
    slide_box<Lanes>(
        width, [lanes](std::size_t x) { return load<Lanes>(lanes + kRowsAtOnce * x); },
        [&](std::size_t x, const Lanes& sum, std::size_t count) {
            for (; next < kSmallSide && sampled_place(next, width) == x; ++next) {
                store<Lanes>(sampled + kRowsAtOnce * next, sum / static_cast<float>(count));
            }
        });
}

void slide_columns(const float* ahead, float* behind, float* sums, float count, float* means,
                   std::size_t length) {
    float* const __restrict__ left = behind;
    float* const __restrict__ sum = sums;
    float* const __restrict__ mean = means;
    for (std::size_t x = 0; x < length; ++x) {
        const float next = (sum[x] + ahead[x]) - left[x];
        left[x] = ahead[x];
        sum[x] = next;
        mean[x] = next / count;
    }
}

constexpr Kernels all_kernels(const char* instructions) {
    return {instructions, add_rows, luma, box_along_rows, box_along_rows_sampled, from_lanes, to_lanes, slide_columns};
}

}  // namespace
}  // namespace doorward::pdq
