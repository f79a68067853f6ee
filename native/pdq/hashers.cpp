#include "hashers.hpp"

#include <algorithm>
#include <stdexcept>

#include "certificate.hpp"
#include "nearest.hpp"
#include "turned.hpp"

namespace doorward::pdq {
namespace {

void check(const Shape& shape, Orientations wanted) {
    if (shape.channels != 1 && shape.channels != 3) {
        throw std::invalid_argument("pixels have 1 channel (luma) or 3 (red, green, blue)");
    }
    if (std::min(shape.height, shape.width) < kMinSide) {
        throw std::invalid_argument("PDQ is not defined for pictures with a side below 5 pixels");
    }
    if (std::max(shape.height, shape.width) > kMaxSide) {
        throw std::invalid_argument("a side has more than 131,072 pixels");
    }
    if (wanted == 0) {
        throw std::invalid_argument("no orientation is wanted");
    }
}

bool needs_pixels(Orientations wanted) {
    return (wanted & ~only(Orientation::upright)) != 0;
}

Hash reference_hash(Reference& reference, Orientation orientation) {
    reference.finish();
    const Spectrum<float> spectrum = spectrum_of(reference.small());
    return {orientation, bits_above(spectrum, median_of(spectrum)), quality_of(reference.small()), true};
}

// Feeds a computation of one 64x64, which is no hasher by itself.
class Feed final : public RowSink {
  public:
    explicit Feed(Reference& reference) : reference_(reference) {}
    void row(const std::uint8_t* pixels) override { reference_.rows(pixels, 1, 0); }
    void rows(const std::uint8_t* pixels, std::size_t count, std::size_t stride) override {
        reference_.rows(pixels, count, stride);
    }

  private:
    Reference& reference_;
};

Hash reference_hash_turned(const std::uint8_t* pixels, const Shape& shape, Orientation orientation,
                           const Kernels& kernels) {
    const Turn turn = turn_to(orientation);
    Reference reference(turned(shape, turn), kernels);
    Feed feed(reference);
    read_turned(pixels, shape, turn, feed);
    return reference_hash(reference, orientation);
}

// The tool of ThreatExchange leaves pictures as they are that fit into 512x512.
bool picks_pixels(const Shape& shape, Profile profile) {
    return profile == Profile::nearest_512 && std::max(shape.height, shape.width) > kNearestSide;
}

std::unique_ptr<Hasher> make(const Shape& shape, Profile profile, Orientations wanted, const MakeHasher& full) {
    check(shape, wanted);
    if (picks_pixels(shape, profile)) {
        return std::make_unique<Nearest>(shape, wanted, full);
    }
    return full(shape, wanted);
}

}  // namespace

LinearHasher::LinearHasher(const Shape& shape, Orientations wanted, const Kernels& kernels)
    : shape_(shape), wanted_(wanted), reduction_(shape, wanted, kernels) {}

void LinearHasher::row(const std::uint8_t* pixels) {
    reduction_.rows(pixels, 1, 0);
}

void LinearHasher::rows(const std::uint8_t* pixels, std::size_t count, std::size_t stride) {
    reduction_.rows(pixels, count, stride);
}

std::vector<Hash> LinearHasher::hashes() {
    reduction_.finish();
    std::vector<Hash> all;
    for (const Orientation orientation : kEachOrientation) {
        if (contains(wanted_, orientation)) {
            const Turn turn = turn_to(orientation);
            all.push_back(judged(reduction_.small(turn), turned(shape_, turn), orientation));
        }
    }
    return all;
}

ReferenceHasher::ReferenceHasher(const Shape& shape, Orientations wanted, const Kernels& kernels)
    : shape_(shape), wanted_(wanted), kernels_(kernels), upright_(shape, kernels) {
    if (needs_pixels(wanted)) {
        pixels_.reserve(shape.height * shape.width * shape.channels);
    }
}

void ReferenceHasher::row(const std::uint8_t* pixels) {
    rows(pixels, 1, 0);
}

void ReferenceHasher::rows(const std::uint8_t* pixels, std::size_t count, std::size_t stride) {
    if (contains(wanted_, Orientation::upright)) {
        upright_.rows(pixels, count, stride);
    }
    for (std::size_t k = 0; needs_pixels(wanted_) && k < count; ++k) {
        const std::uint8_t* const row = pixels + k * stride;
        pixels_.insert(pixels_.end(), row, row + shape_.width * shape_.channels);
    }
}

std::vector<Hash> ReferenceHasher::hashes() {
    std::vector<Hash> all;
    for (const Orientation orientation : kEachOrientation) {
        if (!contains(wanted_, orientation)) {
            continue;
        }
        if (orientation == Orientation::upright) {
            all.push_back(reference_hash(upright_, orientation));
        } else {
            all.push_back(reference_hash_turned(pixels_.data(), shape_, orientation, kernels_));
        }
    }
    return all;
}

std::unique_ptr<Hasher> make_reduction(const Shape& shape, Profile profile, Orientations wanted) {
    return make(shape, profile, wanted, [](const Shape& of, Orientations in) {
        return std::make_unique<LinearHasher>(of, in, kernels());
    });
}

std::unique_ptr<Hasher> make_reference(const Shape& shape, Profile profile, Orientations wanted) {
    return make(shape, profile, wanted, [](const Shape& of, Orientations in) {
        return std::make_unique<ReferenceHasher>(of, in, kernels());
    });
}

std::vector<Hash> hashes_of(const std::uint8_t* pixels, const Shape& shape, Profile profile, Orientations wanted) {
    const std::size_t stride = shape.width * shape.channels;
    const std::unique_ptr<Hasher> fast = make_reduction(shape, profile, wanted);
    fast->rows(pixels, shape.height, stride);
    std::vector<Hash> all = fast->hashes();
    for (Hash& hash : all) {
        if (!hash.certain && !picks_pixels(shape, profile)) {
            hash = reference_hash_turned(pixels, shape, hash.orientation, kernels());
        } else if (!hash.certain) {
            const auto faithful = make_reference(shape, profile, only(hash.orientation));
            faithful->rows(pixels, shape.height, stride);
            hash = faithful->hashes().front();
        }
    }
    return all;
}

}  // namespace doorward::pdq
