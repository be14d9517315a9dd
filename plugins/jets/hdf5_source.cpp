// SPDX-License-Identifier: Apache-2.0
#include "hdf5_source.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "data_io/cache.hpp"
#include "hdf5_layout.hpp"
#include "nac/cpp/host.hpp"
#include "split.hpp"

namespace jets {
namespace {

namespace io = nac::data_io;

/// What the cache keeps: everything that reading the files costs time for.
struct RawJets {
  std::vector<float> rows;
  std::vector<uint8_t> label;
  std::vector<uint32_t> file;       ///< index into the list of files
  std::vector<char> found;          ///< names of the columns, of the first file
  std::vector<uint64_t> undefined;  ///< one number: jets without a class, left out
};

std::string number_text(double value) {
  std::string text = std::to_string(value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

/// 0..4, or 5 for a jet that the data leaves undefined (all five columns zero).
uint8_t label_of(const float *columns, const Hdf5Layout &layout, const std::string &where) {
  uint8_t label = 5;
  for (std::size_t k = 0; k < layout.label.size(); ++k) {
    const float v = columns[layout.label[k]];
    if (v == 0) continue;
    if (v != 1 || label != 5)
      nac::fail(NAC_DATA_LOSS, where + ": column " + kClassNames[k] + " is " + std::to_string(v) +
                                   "; accepted is a 1 in at most one of the five class columns, 0 in the others");
    label = static_cast<uint8_t>(k);
  }
  return label;
}

void read_file(const Hdf5File &source, uint32_t index, const Hdf5Options &options, RawJets &raw) {
  const io::h5_file file(source.path);
  const Hdf5Layout layout = inspect(file);
  const io::h5_dataset particles = file.dataset("jetConstituentList"), jets = file.dataset("jets");
  if (layout.slots < static_cast<uint64_t>(options.constituents))
    nac::invalid(particles.what() + " has " + std::to_string(layout.slots) +
                 " constituents a jet; constituents = " + std::to_string(options.constituents) + " asks for more");
  if (raw.found.empty()) raw.found.assign(layout.found.begin(), layout.found.end());
  const uint64_t jet_size = layout.slots * layout.particle_columns;
  const auto width = static_cast<uint64_t>(options.constituents) * 3;
  // About 16 MB at a time, in whole chunks so that HDF5 unpacks each one once.
  uint64_t block = std::max<uint64_t>(1, (uint64_t{4} << 20) / std::max<uint64_t>(1, jet_size));
  if (!particles.chunk().empty())
    block = (block + particles.chunk()[0] - 1) / particles.chunk()[0] * particles.chunk()[0];
  block = std::min(block, std::max<uint64_t>(1, layout.jets));
  std::vector<float> values(block * jet_size), columns(block * layout.jet_columns), row(width);
  for (uint64_t first = 0; first < layout.jets; first += block) {
    const uint64_t count = std::min(block, layout.jets - first);
    particles.read<float>({first, 0, 0}, {count, layout.slots, layout.particle_columns}, values.data());
    jets.read<float>({first, 0}, {count, layout.jet_columns}, columns.data());
    for (uint64_t i = 0; i < count; ++i) {
      const std::string where = "'" + source.path.string() + "', jet " + std::to_string(first + i);
      const uint8_t label = label_of(columns.data() + i * layout.jet_columns, layout, where);
      if (label == 5) {
        ++raw.undefined[0];
        continue;
      }
      const float *jet = values.data() + i * jet_size;
      make_row(jet + layout.feature[0], jet + layout.feature[1], jet + layout.feature[2], layout.particle_columns,
               layout.slots, options.min_pt, options.constituents, row.data(), where);
      raw.rows.insert(raw.rows.end(), row.begin(), row.end());
      raw.label.push_back(label);
      raw.file.push_back(index);
    }
  }
}

std::optional<RawJets> from_cache(const std::filesystem::path &path, const std::string &key, uint64_t width) {
  std::string why;
  try {
    const std::optional<io::cache_reader> cache = io::cache_reader::open(path, key, &why);
    if (cache) {
      RawJets raw{cache->read<float>("rows"), cache->read<uint8_t>("label"), cache->read<uint32_t>("file"),
                  cache->read<char>("found"), cache->read<uint64_t>("undefined")};
      if (raw.rows.size() == raw.label.size() * width && raw.file.size() == raw.label.size() &&
          raw.undefined.size() == 1)
        return raw;
      why = "its blocks do not fit together";
    }
  } catch (const nac::failure &e) {
    why = e.what();
  }
  std::error_code error;
  if (std::filesystem::exists(path, error)) nac::host().warn("jets: reading the files again, because " + why);
  return std::nullopt;
}

void to_cache(const std::filesystem::path &path, const std::string &key, const RawJets &raw) {
  try {
    io::cache_writer cache(path, key);
    cache.add("rows", raw.rows);
    cache.add("label", raw.label);
    cache.add("file", raw.file);
    cache.add("found", raw.found);
    cache.add("undefined", raw.undefined);
    cache.commit();
  } catch (const nac::failure &e) {
    nac::host().warn(std::string("jets: the data is read anew in every run, because the cache failed: ") + e.what());
  }
}

RawJets read_raw(const std::vector<Hdf5File> &files, const Hdf5Options &options) {
  const auto width = static_cast<uint64_t>(options.constituents) * 3;
  std::string key = "jets hdf5 1, constituents " + std::to_string(options.constituents) + ", min_pt " +
                    number_text(options.min_pt) + "\n";
  for (const Hdf5File &f : files) key += f.name + " " + io::file_stamp(f.path) + "\n";
  std::filesystem::path cache;
  if (!options.cache.empty()) {
    // One file per data path and cut: a changed data set replaces its cache instead of adding another one.
    const std::string name =
        options.path.string() + "|" + std::to_string(options.constituents) + "|" + number_text(options.min_pt);
    cache = options.cache / ("jets-" + io::hasher().text(name).hex() + ".cache");
    if (std::optional<RawJets> raw = from_cache(cache, key, width)) return std::move(*raw);
  }
  RawJets raw;
  raw.undefined = {0};
  for (std::size_t i = 0; i < files.size(); ++i) read_file(files[i], static_cast<uint32_t>(i), options, raw);
  if (!cache.empty()) to_cache(cache, key, raw);
  return raw;
}

}  // namespace

JetTable read_hdf5_jets(const Hdf5Options &options) {
  const std::vector<Hdf5File> files = list_hdf5_files(options.path);
  JetTable table;
  const std::vector<Part> parts = assign_files(files, options.split, table.notes);
  RawJets raw = read_raw(files, options);
  table.constituents = options.constituents;
  table.rows = std::move(raw.rows);
  table.label = std::move(raw.label);
  table.group.resize(table.size()), table.part.resize(table.size());
  for (uint64_t i = 0; i < table.size(); ++i) {
    table.group[i] = row_key(table.row(i), table.row_width());
    table.part[i] = parts.at(raw.file[i]);
  }
  split_by_group(table);
  if (std::find(table.part.begin(), table.part.end(), kValidation) == table.part.end())
    carve_from_training(table, kValidation);
  table.notes.insert(table.notes.begin(), "HDF5 '" + options.path.string() + "', " + std::to_string(files.size()) +
                                              " files, " + std::to_string(table.size()) + " jets; columns " +
                                              std::string(raw.found.begin(), raw.found.end()));
  if (raw.undefined[0] > 0)
    table.notes.push_back("left out " + std::to_string(raw.undefined[0]) + " jets that belong to none of the classes");
  return table;
}

}  // namespace jets
