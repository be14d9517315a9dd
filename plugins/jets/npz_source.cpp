// SPDX-License-Identifier: Apache-2.0
#include "npz_source.hpp"

#include <string>

#include "data_io/npz.hpp"
#include "nac/cpp/error.hpp"
#include "nac/cpp/rng.hpp"
#include "split.hpp"

namespace jets {
namespace {

namespace io = nac::data_io;

void read_rows(const io::npz_file &file, int64_t constituents, double min_pt, JetTable &table) {
  const io::npy_array array = file.read("constituents");
  const std::vector<int64_t> &shape = array.shape();
  if (shape.size() != 3 || shape[2] < 3)
    nac::invalid(array.what() + " has the shape " + io::shape_text(shape) +
                 "; accepted is (jets, slots, 3 or more): pT, eta_rel, phi_rel");
  if (shape[1] < constituents)
    nac::invalid(array.what() + " has " + std::to_string(shape[1]) +
                 " constituents a jet; constituents = " + std::to_string(constituents) + " asks for more");
  const std::vector<float> values = array.as<float>();
  const auto count = static_cast<uint64_t>(shape[0]), slots = static_cast<uint64_t>(shape[1]);
  const auto stride = static_cast<uint64_t>(shape[2]);
  table.constituents = constituents;
  table.rows.resize(count * table.row_width());
  for (uint64_t i = 0; i < count; ++i) {
    const float *jet = values.data() + i * slots * stride;
    make_row(jet, jet + 1, jet + 2, stride, slots, min_pt, constituents, table.rows.data() + i * table.row_width(),
             array.what() + ", jet " + std::to_string(i));
  }
}

std::vector<int64_t> read_column(const io::npz_file &file, const std::string &name, uint64_t count, int64_t low,
                                 int64_t high) {
  const io::npy_array array = file.read(name);
  array.expect_shape({static_cast<int64_t>(count)});
  std::vector<int64_t> values = array.as<int64_t>();
  for (uint64_t i = 0; i < count; ++i)
    if (values[i] < low || values[i] > high)
      nac::fail(NAC_DATA_LOSS, array.what() + ", jet " + std::to_string(i) + ": " + std::to_string(values[i]) +
                                   "; accepted are " + std::to_string(low) + " to " + std::to_string(high));
  return values;
}

bool has_part(const JetTable &table, Part part) {
  for (const uint8_t p : table.part)
    if (p == part) return true;
  return false;
}

}  // namespace

JetTable read_npz_jets(const std::filesystem::path &path, int64_t constituents, double min_pt) {
  const io::npz_file file(path);
  JetTable table;
  read_rows(file, constituents, min_pt, table);
  const uint64_t count = table.rows.size() / table.row_width();
  table.label.resize(count), table.group.resize(count), table.part.assign(count, kOpen);
  const std::vector<int64_t> label = read_column(file, "label", count, 0, 4);
  for (uint64_t i = 0; i < count; ++i) table.label[i] = static_cast<uint8_t>(label[i]);
  const bool events = file.has("event");
  if (events) {
    const std::vector<int64_t> event = read_column(file, "event", count, INT64_MIN, INT64_MAX);
    for (uint64_t i = 0; i < count; ++i) table.group[i] = nac::mix64(static_cast<uint64_t>(event[i]));
  } else {
    for (uint64_t i = 0; i < count; ++i) table.group[i] = row_key(table.row(i), table.row_width());
  }
  table.notes.push_back("NumPy archive " + path.filename().string() + ", " + std::to_string(count) + " jets" +
                        (events ? ", split by event" : ", without event numbers"));
  if (!file.has("split")) {
    split_by_group(table);
    table.notes.push_back("no split array: 80/10/10 by hash");
    return table;
  }
  const std::vector<int64_t> split = read_column(file, "split", count, 0, 2);
  for (uint64_t i = 0; i < count; ++i) table.part[i] = static_cast<uint8_t>(split[i]);
  for (const Part part : {kTest, kValidation}) {
    if (has_part(table, part)) continue;
    carve_from_training(table, part);
    table.notes.push_back(std::string("the file has no ") + kPartNames[part] +
                          " split: every tenth training event, by hash, became it");
  }
  return table;
}

}  // namespace jets
