#include "hash.hpp"

#include <algorithm>
#include <memory>

namespace doorward::jpeg {
namespace {

struct File {
    const std::uint8_t* data;
    std::size_t size;
};

using MakeHasher = std::unique_ptr<pdq::Hasher> (*)(const pdq::Shape&, pdq::Profile, pdq::Orientations);

// One pass over the file.
Result look(const File& file, const Task& task, MakeHasher make) {
    Result result;
    Decompressor decompressor(file.data, file.size);
    result.outcome = decompressor.read_header(task.max_pixels);
    if (result.outcome != Outcome::kGood) {
        return result;
    }
    result.width = decompressor.width();
    result.height = decompressor.height();
    result.exact = !(task.luma && decompressor.has_luma_plane());
    if (std::min(result.width, result.height) < pdq::kMinSide) {
        result.outcome = Outcome::kUnusual;
        return result;
    }
    const pdq::Shape shape{result.height, result.width, result.exact ? 3u : 1u};
    const auto hasher = make(shape, task.profile, task.wanted);
    result.outcome = decompressor.decode(!result.exact, *hasher);
    if (result.outcome == Outcome::kGood) {
        result.hashes = hasher->hashes();
    }
    return result;
}

bool tells_too_little(const Result& result) {
    return std::any_of(result.hashes.begin(), result.hashes.end(),
                       [](const pdq::Hash& each) { return each.quality < kLumaMinQuality; });
}

pdq::Orientations uncertain_of(const Result& result) {
    unsigned uncertain = 0;
    for (const pdq::Hash& each : result.hashes) {
        uncertain |= each.certain ? 0u : unsigned{pdq::only(each.orientation)};
    }
    return static_cast<pdq::Orientations>(uncertain);
}

// Replaces the hashes of which the fast sink was not certain by those of the faithful one.
void settle(const File& file, Task task, Result& result) {
    task.wanted = uncertain_of(result);
    if (task.wanted == 0) {
        return;
    }
    const Result faithful = look(file, task, &pdq::make_reference);
    result.repeated = true;
    result.outcome = faithful.outcome;
    for (const pdq::Hash& each : faithful.hashes) {
        std::replace_if(
            result.hashes.begin(), result.hashes.end(),
            [&each](const pdq::Hash& fast) { return fast.orientation == each.orientation; }, each);
    }
    if (faithful.outcome != Outcome::kGood) {
        result.hashes.clear();
    }
}

}  // namespace

Result hash(const std::uint8_t* data, std::size_t size, const Task& task) {
    const File file{data, size};
    Task exact = task;
    exact.luma = false;
    Result result = look(file, task, &pdq::make_reduction);
    if (!result.exact && tells_too_little(result)) {
        result = look(file, exact, &pdq::make_reduction);
        result.repeated = true;
    }
    if (result.exact) {
        settle(file, exact, result);
    }
    return result;
}

}  // namespace doorward::jpeg
