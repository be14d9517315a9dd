// SPDX-License-Identifier: Apache-2.0
//
// cache.hpp: prepared samples on disk. A cache file holds named blocks of bytes under a key (what it was made from);
// it appears whole or not at all, and every block has a checksum. Numbers are in the machine's byte order, which the
// head of the file records.
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "data_io/hash.hpp"
#include "nac/cpp/error.hpp"

namespace nac::data_io {

/// One block of a cache file.
struct cache_block {
  std::string name;
  uint64_t offset = 0, size = 0, checksum = 0;
};

/// Streams blocks into a temporary file beside `path`; commit() makes it appear. Without commit nothing stays behind.
class cache_writer {
 public:
  /// Makes the folder when it is missing. Throws NAC_RESOURCE_EXHAUSTED with the system's reason.
  cache_writer(const std::filesystem::path &path, const std::string &key);
  ~cache_writer();
  cache_writer(const cache_writer &) = delete;
  cache_writer &operator=(const cache_writer &) = delete;

  /// Starts the next block; append() adds to it.
  void begin(const std::string &name);
  void append(const void *data, std::size_t size);
  template <class T>
  void add(const std::string &name, const std::vector<T> &values) {
    static_assert(std::is_trivially_copyable_v<T>);
    begin(name);
    append(values.data(), values.size() * sizeof(T));
  }
  void commit();

 private:
  void put(const void *data, std::size_t size);
  void end_block();
  [[noreturn]] void broken(const char *doing);
  std::filesystem::path path_, temporary_;
  int fd_ = -1;
  uint64_t position_ = 0;
  std::vector<unsigned char> buffer_;
  std::vector<cache_block> blocks_;
  hasher checksum_;
  bool open_ = false;
};

/// A complete cache file with the right key.
class cache_reader {
 public:
  /// Nothing when there is no such file, its key differs, or it is damaged; `why` (may be null) then says which.
  static std::optional<cache_reader> open(const std::filesystem::path &path, const std::string &key, std::string *why);
  ~cache_reader();
  cache_reader(cache_reader &&other) noexcept;
  cache_reader &operator=(cache_reader &&other) noexcept;

  const std::vector<cache_block> &blocks() const { return blocks_; }
  bool has(const std::string &name) const;
  uint64_t size(const std::string &name) const;  ///< bytes; throws NAC_NOT_FOUND
  /// The block's values; throws NAC_DATA_LOSS when the checksum is wrong or the size is no multiple of T's.
  template <class T>
  std::vector<T> read(const std::string &name) const {
    static_assert(std::is_trivially_copyable_v<T>);
    const uint64_t bytes = size(name);
    if (bytes % sizeof(T) != 0)
      throw failure(NAC_DATA_LOSS, "block '" + name + "' of '" + path_.string() + "' has an odd size");
    std::vector<T> values(bytes / sizeof(T));
    read_bytes(name, values.data());
    return values;
  }
  /// Part of a block, [offset, offset + size) in bytes, without the checksum test.
  void read_part(const std::string &name, uint64_t offset, uint64_t size, void *out) const;

 private:
  cache_reader() = default;
  const cache_block &block(const std::string &name) const;
  void read_bytes(const std::string &name, void *out) const;
  std::filesystem::path path_;
  int fd_ = -1;
  std::vector<cache_block> blocks_;
};

/// $XDG_CACHE_HOME/nac/<name>, else $HOME/.cache/nac/<name>; nothing when neither variable is set.
std::optional<std::filesystem::path> user_cache_folder(const std::string &name);
/// Path, size and time of a file, for keys: changes when the file is written anew. Throws NAC_NOT_FOUND.
std::string file_stamp(const std::filesystem::path &path);

}  // namespace nac::data_io
