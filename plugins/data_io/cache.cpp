// SPDX-License-Identifier: Apache-2.0
//
// Layout: "NACCACHE", u32 byte order mark, u32 format version, u64 key length, key; blocks; directory (u64 count, then
// per block u64 name length, name, u64 offset, size, checksum); u64 directory offset, u64 directory checksum,
// "NACCEND\n". The end is written last, so that a cut file is recognized.
#include "data_io/cache.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <utility>

namespace nac::data_io {
namespace {

constexpr char kMagic[9] = "NACCACHE";
constexpr char kEnd[9] = "NACCEND\n";
constexpr uint32_t kByteOrder = 0x01020304, kVersion = 1;
constexpr uint64_t kTailSize = 24;
constexpr std::size_t kBuffer = std::size_t{1} << 20;

std::string reason() { return std::generic_category().message(errno); }

bool read_fully(int fd, void *out, uint64_t size, uint64_t offset) {
  auto *p = static_cast<char *>(out);
  while (size > 0) {
    const ssize_t got = pread(fd, p, size, static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    p += got, offset += static_cast<uint64_t>(got), size -= static_cast<uint64_t>(got);
  }
  return true;
}

void put_number(std::string &out, uint64_t v) { out.append(reinterpret_cast<const char *>(&v), sizeof v); }

/// Takes numbers and strings off the directory; false when it ends too early.
struct directory_cursor {
  const std::string &bytes;
  std::size_t at = 0;
  bool number(uint64_t &v) {
    if (bytes.size() - at < sizeof v) return false;
    std::memcpy(&v, bytes.data() + at, sizeof v);
    at += sizeof v;
    return true;
  }
  bool text(std::string &v) {
    uint64_t n = 0;
    if (!number(n) || n > bytes.size() - at) return false;
    v.assign(bytes, at, n);
    at += n;
    return true;
  }
};

}  // namespace

cache_writer::cache_writer(const std::filesystem::path &path, const std::string &key) : path_(path) {
  std::error_code ec;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), ec);
  // Not mkstemp, which would leave the finished cache private instead of following the umask.
  static std::atomic<uint64_t> made{0};
  std::string name;
  for (int attempt = 0; fd_ < 0 && attempt < 100; ++attempt) {
    name = path.string() + "." + std::to_string(::getpid()) + "." + std::to_string(made.fetch_add(1)) + ".tmp";
    fd_ = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd_ < 0 && errno != EEXIST) break;
  }
  if (fd_ < 0)
    throw failure(NAC_RESOURCE_EXHAUSTED, "the cache file '" + path.string() + "' cannot be made: " + reason());
  temporary_ = name;
  const uint64_t length = key.size();
  put(kMagic, 8);
  put(&kByteOrder, 4);
  put(&kVersion, 4);
  put(&length, 8);
  put(key.data(), key.size());
}

cache_writer::~cache_writer() {
  if (fd_ >= 0) ::close(fd_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void cache_writer::broken(const char *doing) {
  throw failure(NAC_RESOURCE_EXHAUSTED, "the cache file '" + path_.string() + "' cannot be " + doing + ": " + reason());
}

void cache_writer::put(const void *data, std::size_t size) {
  const auto *p = static_cast<const unsigned char *>(data);
  position_ += size;
  if (buffer_.size() + size < kBuffer) {
    buffer_.insert(buffer_.end(), p, p + size);
    return;
  }
  const auto write_fully = [this](const unsigned char *from, std::size_t left) {
    while (left > 0) {
      const ssize_t done = ::write(fd_, from, left);
      if (done < 0 && errno == EINTR) continue;
      if (done < 0) broken("written");
      from += done, left -= static_cast<std::size_t>(done);
    }
  };
  write_fully(buffer_.data(), buffer_.size());
  buffer_.clear();
  write_fully(p, size);
}

void cache_writer::begin(const std::string &name) {
  end_block();
  blocks_.push_back({name, position_, 0, 0});
  checksum_ = hasher();
  open_ = true;
}

void cache_writer::append(const void *data, std::size_t size) {
  if (!open_) throw failure(NAC_FAILED_PRECONDITION, "append to a cache file before begin");
  if (size == 0) return;
  checksum_.bytes(data, size);
  put(data, size);
}

void cache_writer::end_block() {
  if (!open_) return;
  blocks_.back().size = position_ - blocks_.back().offset;
  blocks_.back().checksum = checksum_.value();
  open_ = false;
}

void cache_writer::commit() {
  end_block();
  std::string directory;
  put_number(directory, blocks_.size());
  for (const cache_block &b : blocks_) {
    put_number(directory, b.name.size());
    directory += b.name;
    put_number(directory, b.offset);
    put_number(directory, b.size);
    put_number(directory, b.checksum);
  }
  const uint64_t offset = position_;
  const uint64_t checksum = hasher().bytes(directory.data(), directory.size()).value();
  put(directory.data(), directory.size());
  put(&offset, 8);
  put(&checksum, 8);
  put(kEnd, 8);
  for (std::size_t done = 0; done < buffer_.size();) {
    const ssize_t n = ::write(fd_, buffer_.data() + done, buffer_.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) broken("written");
    done += static_cast<std::size_t>(n);
  }
  buffer_.clear();
  if (::fsync(fd_) != 0) broken("written");
  if (::close(std::exchange(fd_, -1)) != 0) broken("written");
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) broken("renamed");
  temporary_.clear();
}

cache_reader::~cache_reader() {
  if (fd_ >= 0) ::close(fd_);
}
cache_reader::cache_reader(cache_reader &&other) noexcept { *this = std::move(other); }
cache_reader &cache_reader::operator=(cache_reader &&other) noexcept {
  if (this == &other) return *this;
  if (fd_ >= 0) ::close(fd_);
  fd_ = std::exchange(other.fd_, -1);
  path_ = std::move(other.path_);
  blocks_ = std::move(other.blocks_);
  return *this;
}

std::optional<cache_reader> cache_reader::open(const std::filesystem::path &path, const std::string &key,
                                               std::string *why) {
  const auto refuse = [&](const std::string &text) {
    if (why != nullptr) *why = "the cache file '" + path.string() + "' " + text;
    return std::nullopt;
  };
  cache_reader r;
  r.path_ = path;
  r.fd_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (r.fd_ < 0) return refuse("cannot be opened: " + reason());
  struct stat info {};
  if (::fstat(r.fd_, &info) != 0 || !S_ISREG(info.st_mode)) return refuse("is no file");
  const auto size = static_cast<uint64_t>(info.st_size);
  struct {
    char magic[8];
    uint32_t order, version;
    uint64_t key_size;
  } head{};
  if (size < sizeof head + kTailSize || !read_fully(r.fd_, &head, sizeof head, 0) ||
      std::memcmp(head.magic, kMagic, 8) != 0)
    return refuse("is no cache file");
  if (head.order != kByteOrder || head.version != kVersion) return refuse("was written by another version or machine");
  if (head.key_size > size - sizeof head - kTailSize) return refuse("is damaged: the key is cut off");
  // A wrong key means stale data; look at it before the tail so that the message is the useful one.
  if (head.key_size != key.size()) return refuse("was made from other data or settings");
  std::string found(key.size(), '\0');
  if (!read_fully(r.fd_, found.data(), found.size(), sizeof head)) return refuse("cannot be read");
  if (found != key) return refuse("was made from other data or settings");

  struct {
    uint64_t offset, checksum;
    char end[8];
  } tail{};
  static_assert(sizeof tail == kTailSize);
  if (!read_fully(r.fd_, &tail, sizeof tail, size - kTailSize) || std::memcmp(tail.end, kEnd, 8) != 0)
    return refuse("is damaged: its end is missing");
  if (tail.offset < sizeof head + key.size() || tail.offset > size - kTailSize)
    return refuse("is damaged: no directory");
  std::string directory(size - kTailSize - tail.offset, '\0');
  if (!read_fully(r.fd_, directory.data(), directory.size(), tail.offset)) return refuse("cannot be read");
  if (hasher().bytes(directory.data(), directory.size()).value() != tail.checksum)
    return refuse("is damaged: its directory has a wrong checksum");
  directory_cursor cursor{directory};
  uint64_t count = 0;
  bool ok = cursor.number(count) && count <= directory.size();
  for (uint64_t i = 0; ok && i < count; ++i) {
    cache_block b;
    ok = cursor.text(b.name) && cursor.number(b.offset) && cursor.number(b.size) && cursor.number(b.checksum) &&
         b.offset <= tail.offset && b.size <= tail.offset - b.offset;
    r.blocks_.push_back(std::move(b));
  }
  if (!ok) return refuse("is damaged: its directory makes no sense");
  return r;
}

bool cache_reader::has(const std::string &name) const {
  for (const cache_block &b : blocks_)
    if (b.name == name) return true;
  return false;
}

const cache_block &cache_reader::block(const std::string &name) const {
  for (const cache_block &b : blocks_)
    if (b.name == name) return b;
  throw failure(NAC_NOT_FOUND, "the cache file '" + path_.string() + "' has no block '" + name + "'");
}

uint64_t cache_reader::size(const std::string &name) const { return block(name).size; }

void cache_reader::read_bytes(const std::string &name, void *out) const {
  const cache_block &b = block(name);
  read_part(name, 0, b.size, out);
  if (hasher().bytes(out, b.size).value() != b.checksum)
    throw failure(NAC_DATA_LOSS,
                  "block '" + name + "' of the cache file '" + path_.string() + "' has a wrong checksum");
}

void cache_reader::read_part(const std::string &name, uint64_t offset, uint64_t size, void *out) const {
  const cache_block &b = block(name);
  if (offset > b.size || size > b.size - offset)
    invalid("block '" + name + "' of the cache file '" + path_.string() + "' ends at byte " + std::to_string(b.size));
  if (!read_fully(fd_, out, size, b.offset + offset))
    throw failure(NAC_DATA_LOSS, "block '" + name + "' of the cache file '" + path_.string() + "' cannot be read");
}

std::optional<std::filesystem::path> user_cache_folder(const std::string &name) {
  const char *xdg = std::getenv("XDG_CACHE_HOME");
  if (xdg != nullptr && xdg[0] == '/') return std::filesystem::path(xdg) / "nac" / name;
  const char *home = std::getenv("HOME");
  if (home != nullptr && home[0] == '/') return std::filesystem::path(home) / ".cache" / "nac" / name;
  return std::nullopt;
}

std::string file_stamp(const std::filesystem::path &path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) throw failure(NAC_NOT_FOUND, "'" + path.string() + "': " + reason());
  std::error_code ec;
  const std::filesystem::path absolute = std::filesystem::weakly_canonical(path, ec);
  return (ec ? path : absolute).string() + "|" + std::to_string(info.st_size) + "|" +
         std::to_string(info.st_mtim.tv_sec) + "." + std::to_string(info.st_mtim.tv_nsec);
}

}  // namespace nac::data_io
