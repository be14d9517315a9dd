// SPDX-License-Identifier: Apache-2.0
#include "jet_files.hpp"

#include <hdf5.h>
#include <zip.h>

#include <stdexcept>

#include "nac/cpp/rng.hpp"

namespace kit {
namespace {

double unit(uint64_t seed, uint64_t jet, uint64_t slot, uint64_t what) {
  return nac::rng(nac::stream_key(seed, jet, slot, what)).uniform();
}

void require(bool good, const char *what) {
  if (!good) throw std::runtime_error(std::string("test file: ") + what);
}

void write_numbers(hid_t file, const char *name, const std::vector<hsize_t> &shape, const std::vector<float> &values,
                   bool chunked) {
  const hid_t space = H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr);
  const hid_t create = H5Pcreate(H5P_DATASET_CREATE);
  if (chunked) {
    std::vector<hsize_t> chunk = shape;
    chunk[0] = std::min<hsize_t>(7, shape[0]);
    H5Pset_chunk(create, static_cast<int>(chunk.size()), chunk.data());
    H5Pset_deflate(create, 4);
  }
  // The published files hold doubles.
  const hid_t set = H5Dcreate2(file, name, H5T_IEEE_F64LE, space, H5P_DEFAULT, create, H5P_DEFAULT);
  require(set >= 0 && H5Dwrite(set, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) >= 0, name);
  H5Dclose(set), H5Pclose(create), H5Sclose(space);
}

void write_names(hid_t file, const char *name, const std::vector<std::string> &names, bool variable) {
  const hsize_t count = names.size();
  const hid_t space = H5Screate_simple(1, &count, nullptr);
  const hid_t type = H5Tcopy(H5T_C_S1);
  H5Tset_size(type, variable ? H5T_VARIABLE : 20);
  const hid_t set = H5Dcreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  std::vector<const char *> pointers;
  std::string fixed;
  for (const std::string &n : names) {
    pointers.push_back(n.c_str());
    fixed += n + std::string(20 - n.size(), '\0');
  }
  const void *data = variable ? static_cast<const void *>(pointers.data()) : fixed.data();
  require(set >= 0 && H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0, name);
  H5Dclose(set), H5Tclose(type), H5Sclose(space);
}

}  // namespace

float jet_pt(uint64_t seed, uint64_t jet, uint64_t slot) {
  return static_cast<float>(0.5 + 200 * unit(seed, jet, slot, 0) * unit(seed, jet, slot, 1));
}
float jet_eta(uint64_t seed, uint64_t jet, uint64_t slot) { return static_cast<float>(unit(seed, jet, slot, 2) - 0.5); }
float jet_phi(uint64_t seed, uint64_t jet, uint64_t slot) { return static_cast<float>(unit(seed, jet, slot, 3) - 0.5); }

void write_jet_file(const std::string &path, const JetFile &o) {
  const uint64_t columns = o.particle_columns, jet_columns = o.jet_names.size();
  const uint64_t rows = o.label_rows == 0 ? o.jets : o.label_rows;
  std::vector<float> particles(o.jets * o.slots * columns, -999.0F), labels(rows * jet_columns, 0.0F);
  for (uint64_t j = 0; j < o.jets; ++j)
    for (uint64_t s = 0; s < o.slots; ++s) {
      float *p = particles.data() + (j * o.slots + s) * columns;
      if (columns < 12) continue;
      p[5] = jet_pt(o.seed, j, s), p[8] = jet_eta(o.seed, j, s), p[11] = jet_phi(o.seed, j, s);
    }
  for (uint64_t j = 0; j < rows && jet_columns >= 9; ++j) labels[j * jet_columns + 4 + j % 5] = 1;
  if (o.spoil) o.spoil(particles, labels);
  const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  require(file >= 0, path.c_str());
  const auto wanted = [&](const char *name) { return o.without != name; };
  if (wanted("jetConstituentList"))
    write_numbers(file, "jetConstituentList", {o.jets, o.slots, columns}, particles, o.chunked);
  if (wanted("jets")) write_numbers(file, "jets", {rows, jet_columns}, labels, o.chunked);
  if (wanted("particleFeatureNames")) write_names(file, "particleFeatureNames", o.particle_names, o.variable_strings);
  if (wanted("jetFeatureNames")) write_names(file, "jetFeatureNames", o.jet_names, o.variable_strings);
  H5Fclose(file);
}

void write_npz(const std::string &path, const std::map<std::string, NpyArray> &arrays) {
  std::map<std::string, std::string> files;  // must live until zip_close
  for (const auto &[name, array] : arrays) {
    std::string shape;
    for (const int64_t d : array.shape) shape += std::to_string(d) + ", ";
    std::string head = "{'descr': '" + array.dtype + "', 'fortran_order': False, 'shape': (" + shape + "), }";
    while ((10 + head.size() + 1) % 64 != 0) head += ' ';
    head += '\n';
    std::string bytes("\x93NUMPY\x01\x00", 8);
    bytes += static_cast<char>(head.size() & 0xFF);
    bytes += static_cast<char>(head.size() >> 8);
    files[name + ".npy"] = bytes + head + array.bytes;
  }
  int error = 0;
  zip_t *zip = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &error);
  require(zip != nullptr, path.c_str());
  for (const auto &[name, bytes] : files) {
    zip_source_t *source = zip_source_buffer(zip, bytes.data(), bytes.size(), 0);
    require(source != nullptr && zip_file_add(zip, name.c_str(), source, 0) >= 0, name.c_str());
  }
  require(zip_close(zip) == 0, "zip_close");
}

}  // namespace kit
