// HammingTables: one segment's arrays, kept alive and searched.
#include <nanobind/stl/array.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

#include <algorithm>
#include <stdexcept>

#include "../arrays.hpp"
#include "dispatch.hpp"
#include "tables.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace doorward {
namespace {

using Places = Array<const std::uint8_t, nb::shape<hamming::kHashBits>>;
using Hash = Array<const std::uint8_t, nb::shape<hamming::kHashBytes>>;
using HashList = Array<const std::uint8_t, nb::shape<-1, hamming::kHashBytes>>;
using Ids = Array<const std::uint64_t, nb::shape<-1>>;
using Words = Array<const std::uint64_t, nb::shape<-1, hamming::kWords>>;
using Starts = Array<const std::uint32_t, nb::shape<hamming::kChunks, hamming::kStarts>>;
using Nexts = Array<const std::uint16_t, nb::shape<hamming::kChunks, -1>>;
using Rows = Array<const std::uint32_t, nb::shape<hamming::kChunks, -1>>;
using MoreRows = Array<const std::uint32_t, nb::shape<-1>>;

void require(bool holds, const char* message) {
    if (!holds) {
        throw std::invalid_argument(message);
    }
}

using Prices = std::optional<std::array<double, 5>>;

// The prices given, or those measured.
hamming::Costs costs_of(const Prices& prices, const hamming::Segment& segment,
                        const hamming::Kernels& kernels) {
    if (!prices) {
        const nb::gil_scoped_release released;
        return hamming::calibrate(segment, kernels);
    }
    for (const double price : *prices) {
        require(price > 0 && price < 1e12, "a price is a positive number of nanoseconds");
    }
    require((*prices)[1] <= (*prices)[2], "the price of a bucket includes that of its look-up");
    return {(*prices)[0], (*prices)[1], (*prices)[2], (*prices)[3], (*prices)[4]};
}

unsigned checked_radius(std::int64_t radius) {
    require(radius >= 0 && radius <= hamming::kHashBits, "a radius is 0 to 256 bits");
    return static_cast<unsigned>(radius);
}

// What NumPy calls the types of answers.
template <typename Value>
constexpr const char* kTypeName = nullptr;
template <>
constexpr const char* kTypeName<std::uint8_t> = "uint8";
template <>
constexpr const char* kTypeName<std::uint16_t> = "uint16";
template <>
constexpr const char* kTypeName<std::uint64_t> = "uint64";

// numpy.empty and a dtype, looked up once. Never given back: the interpreter may be gone by then.
template <typename Value>
nb::handle empty_with_type(nb::handle& type) {
    const auto numpy = [](const char* name) { return nb::object(nb::module_::import_("numpy").attr(name)); };
    static const nb::handle empty = numpy("empty").release();
    static const nb::handle its_type = numpy("dtype")(kTypeName<Value>).release();
    type = its_type;
    return empty;
}

// A new NumPy array, filled by fill(Value*). Through numpy.empty, which is several times as fast as
// handing memory over: most answers are empty, and a search takes some ten microseconds.
template <typename Value, typename Fill>
nb::object array_of(std::size_t count, const Fill& fill) {
    nb::handle type;
    const nb::handle empty = empty_with_type<Value>(type);
    nb::object array = empty(count, type);
    if (count != 0) {
        Py_buffer view;
        if (PyObject_GetBuffer(array.ptr(), &view, PyBUF_WRITABLE) != 0) {
            throw nb::python_error();
        }
        fill(static_cast<Value*>(view.buf));
        PyBuffer_Release(&view);
    }
    return array;
}

// The arrays (ids uint64[r], distances uint16[r]).
nb::tuple as_arrays(const std::vector<hamming::Answer>& answers) {
    return nb::make_tuple(array_of<std::uint64_t>(answers.size(),
                                                  [&](std::uint64_t* ids) {
                                                      for (const hamming::Answer& answer : answers) {
                                                          *ids++ = answer.id;
                                                      }
                                                  }),
                          array_of<std::uint16_t>(answers.size(), [&](std::uint16_t* distances) {
                              for (const hamming::Answer& answer : answers) {
                                  *distances++ = answer.distance;
                              }
                          }));
}

// The arrays as Python handed them over; holding them keeps their memory.
struct Arrays {
    Words hashes;
    Starts starts;
    Nexts nexts;
    Rows rows;
    Ids ids;
    MoreRows more_rows;
    Ids more_ids;
    MoreRows more_by_id;

    hamming::Segment segment() const {
        const std::size_t size = hashes.shape(0);
        const std::size_t more = more_ids.shape(0);
        require(size < UINT32_MAX && more < UINT32_MAX, "more hashes than a segment may have");
        require(nexts.shape(1) == size && rows.shape(1) == size && ids.shape(0) == size,
                "nexts, rows and ids must be as long as hashes");
        require(more_rows.shape(0) == more && more_by_id.shape(0) == more,
                "more_rows and more_by_id must be as long as more_ids");
        return {static_cast<std::uint32_t>(size), static_cast<std::uint32_t>(more),
                hashes.data(), starts.data(), nexts.data(), rows.data(),
                ids.data(), more_rows.data(), more_ids.data(), more_by_id.data()};
    }
};

class HammingTables {
   public:
    HammingTables(const Places& permutation, Words hashes, Starts starts, Nexts nexts, Rows rows, Ids ids,
                  MoreRows more_rows, Ids more_ids, MoreRows more_by_id, const std::string& instructions,
                  const Prices& prices)
        : arrays_{std::move(hashes), std::move(starts), std::move(nexts), std::move(rows), std::move(ids),
                  std::move(more_rows), std::move(more_ids), std::move(more_by_id)},
          tables_(hamming::Permutation(permutation.data()), arrays_.segment(),
                  hamming::kernels_named(instructions),
                  costs_of(prices, arrays_.segment(), hamming::kernels_named(instructions))) {}

    nb::tuple search(const Hash& query, std::int64_t radius) const {
        return answers_of(&hamming::Tables::search, query, radius);
    }

    nb::tuple scan(const Hash& query, std::int64_t radius) const {
        return answers_of(&hamming::Tables::scan, query, radius);
    }

    nb::tuple search_batch(const HashList& queries, std::int64_t radius) const {
        const unsigned bits = checked_radius(radius);
        const std::size_t count = queries.shape(0);
        std::vector<std::uint64_t> offsets(count + 1);
        std::vector<hamming::Answer> answers;
        {
            const nb::gil_scoped_release released;
            tables_.search_batch(queries.data(), count, bits, answers, offsets.data() + 1);
        }
        const nb::tuple found = as_arrays(answers);
        return nb::make_tuple(
            array_of<std::uint64_t>(
                count + 1, [&](std::uint64_t* out) { std::copy(offsets.begin(), offsets.end(), out); }),
            found[0], found[1]);
    }

    bool has(const Hash& hash, std::uint64_t id) const {
        const nb::gil_scoped_release released;
        return tables_.has(hash.data(), id);
    }

    std::size_t remove(const Ids& ids) {
        const nb::gil_scoped_release released;
        return tables_.remove(ids.data(), ids.shape(0));
    }

    std::size_t remove_pairs(const HashList& hashes, const Ids& ids) {
        require(hashes.shape(0) == ids.shape(0), "hashes and ids must be of one length");
        const nb::gil_scoped_release released;
        return tables_.remove_pairs(hashes.data(), ids.data(), ids.shape(0));
    }

    nb::object live() const {
        const hamming::Pairs& pairs = tables_.pairs();
        return array_of<std::uint8_t>(pairs.count(), [&](std::uint8_t* flags) {
            const nb::gil_scoped_release released;
            for (std::size_t pair = 0; pair < pairs.count(); ++pair) {
                flags[pair] = pairs.live(pair);
            }
        });
    }

    nb::dict stats() const {
        nb::dict facts;
        facts["instructions"] = tables_.kernels().name;
        const hamming::Costs& costs = tables_.costs();
        facts["scan_ns_per_hash"] = costs.scan_ns;
        facts["key_ns"] = costs.key_ns;
        facts["probe_ns"] = costs.probe_ns;
        facts["candidate_ns"] = costs.candidate_ns;
        facts["verify_ns"] = costs.verify_ns;
        const hamming::Decisions& decisions = tables_.decisions();
        facts["indexed"] = decisions.count(hamming::Decision::kIndexed);
        facts["replanned"] = decisions.count(hamming::Decision::kReplanned);
        facts["scanned"] = decisions.count(hamming::Decision::kScanned);
        facts["abandoned"] = decisions.count(hamming::Decision::kAbandoned);
        facts["worst_work_in_scans"] = decisions.worst();
        return facts;
    }

   private:
    using Look = void (hamming::Tables::*)(const std::uint8_t*, unsigned, std::vector<hamming::Answer>&) const;

    nb::tuple answers_of(Look look, const Hash& query, std::int64_t radius) const {
        const unsigned bits = checked_radius(radius);
        std::vector<hamming::Answer> answers;
        {
            const nb::gil_scoped_release released;
            (tables_.*look)(query.data(), bits, answers);
        }
        return as_arrays(answers);
    }

    Arrays arrays_;
    hamming::Tables tables_;
};

}  // namespace

void bind_hamming_tables(nb::module_& module) {
    nb::exception<hamming::CorruptIndex>(module, "CorruptIndex", PyExc_ValueError);
    nb::class_<HammingTables>(module, "HammingTables")
        .def(nb::init<const Places&, Words, Starts, Nexts, Rows, Ids, MoreRows, Ids, MoreRows,
                      const std::string&, const Prices&>(),
             "permutation"_a.noconvert(), "hashes"_a.noconvert(), "starts"_a.noconvert(),
             "nexts"_a.noconvert(), "rows"_a.noconvert(), "ids"_a.noconvert(), "more_rows"_a.noconvert(),
             "more_ids"_a.noconvert(), "more_by_id"_a.noconvert(), "instructions"_a = "",
             "prices"_a.none() = nb::none())
        .def("search", &HammingTables::search, "query"_a.noconvert(), "radius"_a)
        .def("search_batch", &HammingTables::search_batch, "queries"_a.noconvert(), "radius"_a)
        .def("scan", &HammingTables::scan, "query"_a.noconvert(), "radius"_a)
        .def("has", &HammingTables::has, "hash"_a.noconvert(), "id"_a)
        .def("remove", &HammingTables::remove, "ids"_a.noconvert())
        .def("remove_pairs", &HammingTables::remove_pairs, "hashes"_a.noconvert(), "ids"_a.noconvert())
        .def("live", &HammingTables::live)
        .def("stats", &HammingTables::stats);
}

}  // namespace doorward
