// The profile of ThreatExchange's command line tool: 512x512 pixels picked from the picture, and PDQ of those.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "orientation.hpp"

namespace doorward::pdq {

constexpr std::size_t kNearestSide = 512;

// Makes the hasher for pictures of a shape in all orientations that are wanted of it.
using MakeHasher = std::function<std::unique_ptr<Hasher>(const Shape&, Orientations)>;

// Picks pixels from the rows and hands them on. Place i of 512 is place i * side / 512, rounded down, so a
// picture that is reversed yields other pixels, and each way of reading it has a hasher of its own.
class Nearest final : public Hasher {
  public:
    Nearest(const Shape& shape, Orientations wanted, const MakeHasher& make);

    void row(const std::uint8_t* pixels) override;
    std::vector<Hash> hashes() override;

  private:
    struct Way {
        std::vector<std::size_t> rows;     // ascending
        std::vector<std::size_t> columns;  // ascending
        std::unique_ptr<Hasher> hasher;
        std::size_t next = 0;  // of rows
    };

    Shape shape_;
    std::vector<Way> ways_;
    std::vector<std::uint8_t> picked_;
    std::size_t next_row_ = 0;
};

}  // namespace doorward::pdq
