#include "scans.hpp"

#include <cstring>

namespace doorward::jpeg {
namespace {

constexpr std::uint8_t kFill = 0xff;
constexpr std::uint8_t kStartOfImage = 0xd8;
constexpr std::uint8_t kEndOfImage = 0xd9;
constexpr std::uint8_t kStartOfScan = 0xda;

// Restarts, TEM and the start of the image have no length after them.
bool stands_alone(std::uint8_t marker) {
    return (marker >= 0xd0 && marker <= kStartOfImage) || marker == 0x01;
}

// Behind the next marker from `at` on, whose second byte goes to `marker`; nullptr if there is none.
const std::uint8_t* next_marker(const std::uint8_t* at, const std::uint8_t* end, std::uint8_t& marker) {
    while (at < end) {
        at = static_cast<const std::uint8_t*>(std::memchr(at, kFill, static_cast<std::size_t>(end - at)));
        if (at == nullptr || end - at < 2) {
            return nullptr;
        }
        ++at;
        if (*at != 0 && *at != kFill) {
            marker = *at;
            return at + 1;
        }
    }
    return nullptr;
}

}  // namespace

int count_scans(const std::uint8_t* data, std::size_t size, int at_most) {
    const std::uint8_t* const end = data + size;
    const std::uint8_t* at = data;
    int scans = 0;
    std::uint8_t marker = 0;
    while (scans < at_most && (at = next_marker(at, end, marker)) != nullptr && marker != kEndOfImage) {
        if (stands_alone(marker)) {
            continue;
        }
        if (end - at < 2) {
            break;
        }
        scans += marker == kStartOfScan ? 1 : 0;
        const std::ptrdiff_t length = at[0] * 256 + at[1];
        at = length < end - at ? at + length : end;
    }
    return scans;
}

}  // namespace doorward::jpeg
