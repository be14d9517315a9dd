// SPDX-License-Identifier: Apache-2.0
#include "data_io/npz.hpp"

#include <zip.h>

#include <algorithm>

namespace nac::data_io {

struct npz_file::archive {
  zip_t *zip = nullptr;
  ~archive() {
    if (zip != nullptr) zip_discard(zip);
  }
};

npz_file::npz_file(const std::filesystem::path &path) : path_(path), archive_(std::make_unique<archive>()) {
  std::error_code ec;
  if (!std::filesystem::is_regular_file(path, ec))
    throw failure(NAC_NOT_FOUND, "'" + path.string() + "' is no file" + (ec ? ": " + ec.message() : ""));
  int code = 0;
  archive_->zip = zip_open(path.c_str(), ZIP_RDONLY, &code);
  if (archive_->zip == nullptr) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    const std::string why = zip_error_strerror(&error);
    zip_error_fini(&error);
    throw failure(NAC_DATA_LOSS, "'" + path.string() + "' is no readable .npz archive: " + why);
  }
  const zip_int64_t count = zip_get_num_entries(archive_->zip, 0);
  for (zip_int64_t i = 0; i < count; ++i) {
    const char *name = zip_get_name(archive_->zip, static_cast<zip_uint64_t>(i), 0);
    const std::string text = name != nullptr ? name : "";
    if (text.size() > 4 && text.ends_with(".npy")) names_.push_back(text.substr(0, text.size() - 4));
  }
  std::sort(names_.begin(), names_.end());
}
npz_file::~npz_file() = default;
npz_file::npz_file(npz_file &&) noexcept = default;
npz_file &npz_file::operator=(npz_file &&) noexcept = default;

bool npz_file::has(const std::string &name) const { return std::binary_search(names_.begin(), names_.end(), name); }

npy_array npz_file::read(const std::string &name, uint64_t max_bytes) const {
  const std::string what = "array '" + name + "' of '" + path_.string() + "'";
  if (!has(name)) {
    std::string there;
    for (const std::string &n : names_) there += (there.empty() ? "" : ", ") + n;
    throw failure(NAC_NOT_FOUND, what + " is missing; the archive has " + (there.empty() ? "no arrays" : there));
  }
  zip_stat_t stat;
  if (zip_stat(archive_->zip, (name + ".npy").c_str(), 0, &stat) != 0 || (stat.valid & ZIP_STAT_SIZE) == 0)
    throw failure(NAC_DATA_LOSS, what + " has no size: " + zip_strerror(archive_->zip));
  if (stat.size > max_bytes)
    throw failure(NAC_RESOURCE_EXHAUSTED, what + " is " + std::to_string(stat.size) + " bytes large; the limit is " +
                                              std::to_string(max_bytes));
  const std::unique_ptr<zip_file_t, int (*)(zip_file_t *)> entry(zip_fopen_index(archive_->zip, stat.index, 0),
                                                                 zip_fclose);
  if (entry == nullptr) throw failure(NAC_DATA_LOSS, what + " cannot be opened: " + zip_strerror(archive_->zip));

  // The size in the archive's directory may be a lie: grow with what arrives, and read past it so that libzip compares
  // the checksum.
  std::vector<unsigned char> bytes;
  for (;;) {
    constexpr std::size_t kPiece = std::size_t{1} << 20;
    const std::size_t used = bytes.size();
    bytes.resize(used + kPiece);
    const zip_int64_t got = zip_fread(entry.get(), bytes.data() + used, kPiece);
    if (got < 0) throw failure(NAC_DATA_LOSS, what + " is damaged: " + zip_file_strerror(entry.get()));
    bytes.resize(used + static_cast<std::size_t>(got));
    if (got == 0) break;
    if (bytes.size() > max_bytes) throw failure(NAC_RESOURCE_EXHAUSTED, what + " is larger than it says");
  }
  return npy_array(std::move(bytes), what);
}

}  // namespace nac::data_io
