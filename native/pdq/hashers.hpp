// The hashers behind make_reduction and make_reference, and hashes of a picture that is in memory.
#pragma once

#include "kernels.hpp"
#include "reduction.hpp"
#include "reference.hpp"

namespace doorward::pdq {

class LinearHasher final : public Hasher {
  public:
    LinearHasher(const Shape& shape, Orientations wanted, const Kernels& kernels);
    void row(const std::uint8_t* pixels) override;
    void rows(const std::uint8_t* pixels, std::size_t count, std::size_t stride) override;
    std::vector<Hash> hashes() override;

  private:
    Shape shape_;
    Orientations wanted_;
    Reduction reduction_;
};

class ReferenceHasher final : public Hasher {
  public:
    ReferenceHasher(const Shape& shape, Orientations wanted, const Kernels& kernels);
    void row(const std::uint8_t* pixels) override;
    void rows(const std::uint8_t* pixels, std::size_t count, std::size_t stride) override;
    std::vector<Hash> hashes() override;

  private:
    Shape shape_;
    Orientations wanted_;
    const Kernels& kernels_;
    Reference upright_;
    std::vector<std::uint8_t> pixels_;  // only for orientations that need the rows in another order
};

// All hashes of a picture that is in memory, certain: of those that the linear pass is not sure of, and
// only of those, the reference's are computed.
std::vector<Hash> hashes_of(const std::uint8_t* pixels, const Shape& shape, Profile profile, Orientations wanted);

}  // namespace doorward::pdq
