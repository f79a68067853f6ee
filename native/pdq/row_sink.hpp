// PDQ over rows of pixels that arrive from top to bottom, once: from an array, or from a decoder.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace doorward::pdq {

// What a picture is turned into before it is hashed, by EXIF's numbers: a file whose EXIF orientation is 6
// is shown turned_right, and the hash under that name is the one of the picture as it is shown.
enum class Orientation : std::uint8_t {
    upright = 1,       // as it is
    mirrored = 2,      // left becomes right
    turned_half = 3,   // by 180°
    flipped = 4,       // top becomes bottom
    transposed = 5,    // rows become columns
    turned_right = 6,  // by 90°, clockwise
    transversed = 7,   // turned_half of transposed
    turned_left = 8,   // by 90°, anticlockwise
};

// A set of orientations: bit k - 1 for the orientation with EXIF's number k.
using Orientations = std::uint8_t;

constexpr Orientations only(Orientation orientation) {
    return static_cast<Orientations>(1u << (static_cast<unsigned>(orientation) - 1u));
}
constexpr Orientations kAllOrientations = 0xff;

// The two hashes that go by the name of PDQ.
enum class Profile : std::uint8_t {
    full,         // of all pixels: pdqhash, python-threatexchange, HMA
    nearest_512,  // of 512x512 pixels picked from them: the command line tool of ThreatExchange
};

// What the rows will be. A side is at least kMinSide; channels is 1 (luma) or 3 (red, green, blue).
struct Shape {
    std::size_t height;
    std::size_t width;
    std::size_t channels;
};

// Below this the reference hashes nothing (MIN_HASHABLE_DIM).
constexpr std::size_t kMinSide = 5;

struct Hash {
    Orientation orientation;
    std::array<std::uint8_t, 32> bits;  // most significant first, as pdqhash and python-threatexchange write them
    int quality;                        // 0...100
    bool certain;                       // these are the reference's bits and quality; else ask make_reference
};

class RowSink {
  public:
    RowSink() = default;
    RowSink(const RowSink&) = delete;
    RowSink& operator=(const RowSink&) = delete;
    virtual ~RowSink() = default;

    // The next row: width * channels bytes, which are read before this returns.
    virtual void row(const std::uint8_t* pixels) = 0;

    // The next `count` rows, `stride` bytes from one to the next: faster than one at a time.
    virtual void rows(const std::uint8_t* pixels, std::size_t count, std::size_t stride) {
        for (std::size_t k = 0; k < count; ++k) {
            row(pixels + k * stride);
        }
    }
};

class Hasher : public RowSink {
  public:
    // After the last row: one hash for each orientation that was wanted, in EXIF's order.
    virtual std::vector<Hash> hashes() = 0;
};

// The fast one: a single sparse linear pass. Knows of each hash whether rounding could matter (`certain`).
// Throws std::invalid_argument for a shape that is not one.
std::unique_ptr<Hasher> make_reduction(const Shape& shape, Profile profile, Orientations wanted);

// The faithful one: every rounding as in the reference, always certain. Streams for upright; the
// other orientations need the pixels in another order, so it keeps a copy of all of them.
std::unique_ptr<Hasher> make_reference(const Shape& shape, Profile profile, Orientations wanted);

}  // namespace doorward::pdq
