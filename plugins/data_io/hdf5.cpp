// SPDX-License-Identifier: Apache-2.0
#include "data_io/hdf5.hpp"

#include <hdf5.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <mutex>
#include <utility>

namespace nac::data_io {
namespace {

std::recursive_mutex &library_lock() {
  static std::recursive_mutex lock;
  return lock;
}

/// Holds the lock and keeps HDF5 from printing its errors; restores what the program had.
class session {
 public:
  session() : guard_(library_lock()) {
    H5Eget_auto2(H5E_DEFAULT, &print_, &data_);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  }
  ~session() {
    H5Eclear2(H5E_DEFAULT);
    H5Eset_auto2(H5E_DEFAULT, print_, data_);
  }
  session(const session &) = delete;
  session &operator=(const session &) = delete;

 private:
  std::lock_guard<std::recursive_mutex> guard_;
  H5E_auto2_t print_ = nullptr;
  void *data_ = nullptr;
};

/// The innermost reason on the error stack, with the outermost: "unable to open file: file signature not found".
std::string stack_text() {
  std::vector<std::string> lines;
  H5Ewalk2(
      H5E_DEFAULT, H5E_WALK_DOWNWARD,
      [](unsigned, const H5E_error2_t *e, void *out) {
        if (e->desc != nullptr && e->desc[0] != '\0') static_cast<std::vector<std::string> *>(out)->push_back(e->desc);
        return herr_t{0};
      },
      &lines);
  if (lines.empty()) return "the HDF5 library gave no reason";
  return lines.front() == lines.back() ? lines.front() : lines.front() + ": " + lines.back();
}

/// An HDF5 id with its closing function.
class handle {
 public:
  handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
  ~handle() {
    if (id_ >= 0) close_(id_);
  }
  handle(const handle &) = delete;
  handle &operator=(const handle &) = delete;
  hid_t get() const { return id_; }
  bool ok() const { return id_ >= 0; }
  hid_t release() { return std::exchange(id_, hid_t{-1}); }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

template <class T>
hid_t memory_type();
template <>
hid_t memory_type<float>() {
  return H5T_NATIVE_FLOAT;
}
template <>
hid_t memory_type<double>() {
  return H5T_NATIVE_DOUBLE;
}
template <>
hid_t memory_type<int32_t>() {
  return H5T_NATIVE_INT32;
}
template <>
hid_t memory_type<int64_t>() {
  return H5T_NATIVE_INT64;
}
template <>
hid_t memory_type<uint8_t>() {
  return H5T_NATIVE_UINT8;
}
template <>
hid_t memory_type<uint16_t>() {
  return H5T_NATIVE_UINT16;
}
template <>
hid_t memory_type<uint32_t>() {
  return H5T_NATIVE_UINT32;
}

std::string block_text(const std::vector<uint64_t> &values) {
  std::string text = "(";
  for (const uint64_t v : values) text += (text.size() > 1 ? ", " : "") + std::to_string(v);
  return text + ")";
}

std::string what_of(const std::string &name, const std::filesystem::path &path) {
  return "'" + name + "' of '" + path.string() + "'";
}

}  // namespace

h5_dataset::~h5_dataset() { close(); }
h5_dataset::h5_dataset(h5_dataset &&other) noexcept { *this = std::move(other); }
h5_dataset &h5_dataset::operator=(h5_dataset &&other) noexcept {
  if (this == &other) return *this;
  close();
  id_ = std::exchange(other.id_, -1);
  what_ = std::move(other.what_);
  shape_ = std::move(other.shape_);
  chunk_ = std::move(other.chunk_);
  floating_ = other.floating_;
  return *this;
}
void h5_dataset::close() noexcept {
  if (id_ < 0) return;
  const session s;
  H5Dclose(static_cast<hid_t>(id_));
  id_ = -1;
}

uint64_t h5_dataset::count() const {
  uint64_t n = 1;
  for (const uint64_t d : shape_) n *= d;
  return n;
}

template <class T>
void h5_dataset::read(const std::vector<uint64_t> &start, const std::vector<uint64_t> &count, T *out) const {
  if (start.size() != shape_.size() || count.size() != shape_.size())
    invalid(what_ + " has " + std::to_string(shape_.size()) + " dimensions; the block to read has " +
            std::to_string(start.size()));
  uint64_t total = 1;
  for (std::size_t i = 0; i < shape_.size(); ++i) {
    if (start[i] > shape_[i] || count[i] > shape_[i] - start[i])
      invalid("the block at " + block_text(start) + " of size " + block_text(count) + " is outside of " + what_ +
              ", which has shape " + block_text(shape_));
    total *= count[i];
  }
  if (std::is_integral_v<T> && floating_) invalid(what_ + " has floating-point elements where integers are needed");
  if (total == 0) return;
  const session s;
  const handle file_space(H5Dget_space(static_cast<hid_t>(id_)), H5Sclose);
  bool ok = file_space.ok();
  const handle memory_space(
      shape_.empty() ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, reinterpret_cast<const hsize_t *>(&total), nullptr),
      H5Sclose);
  if (ok && !shape_.empty()) {
    const std::vector<hsize_t> first(start.begin(), start.end()), size(count.begin(), count.end());
    ok = H5Sselect_hyperslab(file_space.get(), H5S_SELECT_SET, first.data(), nullptr, size.data(), nullptr) >= 0;
  }
  ok = ok && memory_space.ok() &&
       H5Dread(static_cast<hid_t>(id_), memory_type<T>(), memory_space.get(), file_space.get(), H5P_DEFAULT, out) >= 0;
  if (!ok) throw failure(NAC_DATA_LOSS, what_ + " cannot be read: " + stack_text());
}

template <class T>
std::vector<T> h5_dataset::read_all() const {
  // A hostile header can claim any size; what no file can hold compressed a thousand times is refused before
  // allocating.
  const uint64_t n = count();
  if (n > (uint64_t{1} << 36)) throw failure(NAC_RESOURCE_EXHAUSTED, what_ + " is too large to be read at once");
  std::vector<T> values(n);
  read<T>(std::vector<uint64_t>(shape_.size(), 0), shape_, values.data());
  return values;
}

#define NAC_H5_INSTANCE(T)                                                                                    \
  template void h5_dataset::read<T>(const std::vector<uint64_t> &, const std::vector<uint64_t> &, T *) const; \
  template std::vector<T> h5_dataset::read_all<T>() const;
NAC_H5_TYPES(NAC_H5_INSTANCE)
#undef NAC_H5_INSTANCE

h5_file::h5_file(const std::filesystem::path &path) : path_(path) {
  std::error_code ec;
  if (!std::filesystem::is_regular_file(path, ec))
    throw failure(NAC_NOT_FOUND, "'" + path.string() + "' is no file" + (ec ? ": " + ec.message() : ""));
  const session s;
  const handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  // Shared read-only storage often has no working locks, and a reader needs none.
  H5Pset_file_locking(access.get(), false, true);
  id_ = H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.get());
  if (id_ < 0) throw failure(NAC_DATA_LOSS, "'" + path.string() + "' is no readable HDF5 file: " + stack_text());
}
h5_file::~h5_file() { close(); }
h5_file::h5_file(h5_file &&other) noexcept { *this = std::move(other); }
h5_file &h5_file::operator=(h5_file &&other) noexcept {
  if (this == &other) return *this;
  close();
  id_ = std::exchange(other.id_, -1);
  path_ = std::move(other.path_);
  return *this;
}
void h5_file::close() noexcept {
  if (id_ < 0) return;
  const session s;
  H5Fclose(static_cast<hid_t>(id_));
  id_ = -1;
}

std::vector<std::string> h5_file::names() const {
  const session s;
  std::vector<std::string> all;
  if (H5Literate(
          static_cast<hid_t>(id_), H5_INDEX_NAME, H5_ITER_INC, nullptr,
          [](hid_t, const char *name, const H5L_info_t *, void *out) {
            static_cast<std::vector<std::string> *>(out)->push_back(name);
            return herr_t{0};
          },
          &all) < 0)
    throw failure(NAC_DATA_LOSS, "'" + path_.string() + "' cannot be listed: " + stack_text());
  std::sort(all.begin(), all.end());
  return all;
}

bool h5_file::has(const std::string &name) const {
  const session s;
  return H5Lexists(static_cast<hid_t>(id_), name.c_str(), H5P_DEFAULT) > 0;
}

h5_dataset h5_file::dataset(const std::string &name) const {
  const session s;
  h5_dataset d;
  d.what_ = what_of(name, path_);
  if (!has(name)) {
    std::string there;
    for (const std::string &n : names()) there += (there.empty() ? "" : ", ") + n;
    throw failure(NAC_NOT_FOUND,
                  "dataset " + d.what_ + " is missing; the file has " + (there.empty() ? "nothing" : there));
  }
  handle id(H5Dopen2(static_cast<hid_t>(id_), name.c_str(), H5P_DEFAULT), H5Dclose);
  if (!id.ok()) throw failure(NAC_UNSUPPORTED, d.what_ + " is no dataset: " + stack_text());
  const handle type(H5Dget_type(id.get()), H5Tclose);
  const H5T_class_t kind = type.ok() ? H5Tget_class(type.get()) : H5T_NO_CLASS;
  // h5py stores booleans as an enumeration over a byte, which converts like the byte.
  if (kind != H5T_INTEGER && kind != H5T_FLOAT)
    throw failure(NAC_UNSUPPORTED, d.what_ + " holds neither integers nor floating-point numbers");
  d.floating_ = kind == H5T_FLOAT;
  const handle space(H5Dget_space(id.get()), H5Sclose);
  const int rank = space.ok() ? H5Sget_simple_extent_ndims(space.get()) : -1;
  if (rank < 0) throw failure(NAC_DATA_LOSS, d.what_ + " has no shape: " + stack_text());
  std::vector<hsize_t> dims(static_cast<std::size_t>(rank));
  H5Sget_simple_extent_dims(space.get(), dims.data(), nullptr);
  uint64_t total = 1;
  for (const hsize_t n : dims) {
    if (n != 0 && total > (uint64_t{1} << 58) / n)
      throw failure(NAC_DATA_LOSS, d.what_ + " has a shape that overflows");
    total *= n;
  }
  d.shape_.assign(dims.begin(), dims.end());
  const handle creation(H5Dget_create_plist(id.get()), H5Pclose);
  if (creation.ok() && H5Pget_layout(creation.get()) == H5D_CHUNKED) {
    H5Pget_chunk(creation.get(), rank, dims.data());
    d.chunk_.assign(dims.begin(), dims.end());
  }
  d.id_ = id.release();
  return d;
}

std::vector<std::string> h5_file::strings(const std::string &name) const {
  const session s;
  const std::string what = what_of(name, path_);
  const handle id(has(name) ? H5Dopen2(static_cast<hid_t>(id_), name.c_str(), H5P_DEFAULT) : hid_t{-1}, H5Dclose);
  if (!id.ok()) throw failure(NAC_NOT_FOUND, "there is no dataset " + what);
  const handle type(H5Dget_type(id.get()), H5Tclose);
  const handle space(H5Dget_space(id.get()), H5Sclose);
  if (!type.ok() || !space.ok() || H5Tget_class(type.get()) != H5T_STRING ||
      H5Sget_simple_extent_ndims(space.get()) > 1)
    throw failure(NAC_UNSUPPORTED, what + " is no list of strings");
  const hssize_t points = H5Sget_simple_extent_npoints(space.get());
  if (points < 0 || points > 1'000'000) throw failure(NAC_DATA_LOSS, what + " is no list of strings of a sane length");
  const auto count = static_cast<std::size_t>(points);
  std::vector<std::string> result(count);
  const handle memory(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_cset(memory.get(), H5Tget_cset(type.get()));
  if (H5Tis_variable_str(type.get()) > 0) {
    H5Tset_size(memory.get(), H5T_VARIABLE);
    std::vector<char *> raw(count, nullptr);
    if (H5Dread(id.get(), memory.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, raw.data()) < 0)
      throw failure(NAC_DATA_LOSS, what + " cannot be read: " + stack_text());
    for (std::size_t i = 0; i < count; ++i) {
      if (raw[i] != nullptr) result[i] = raw[i];
      H5free_memory(raw[i]);
    }
    return result;
  }
  const std::size_t size = H5Tget_size(type.get());
  if (size > 4096) throw failure(NAC_UNSUPPORTED, what + " has strings of " + std::to_string(size) + " bytes");
  H5Tset_size(memory.get(), size + 1);
  std::vector<char> raw(count * (size + 1));
  if (H5Dread(id.get(), memory.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, raw.data()) < 0)
    throw failure(NAC_DATA_LOSS, what + " cannot be read: " + stack_text());
  for (std::size_t i = 0; i < count; ++i) result[i].assign(&raw[i * (size + 1)], strnlen(&raw[i * (size + 1)], size));
  return result;
}

}  // namespace nac::data_io
