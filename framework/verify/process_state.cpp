// SPDX-License-Identifier: Apache-2.0
#include "verify/process_state.hpp"

#include <dirent.h>
#include <sys/mman.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

#include <cerrno>
#include <cfenv>
#include <chrono>
#include <clocale>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <locale>
#include <system_error>
#include <thread>

namespace nac::fw::verify {

namespace {
std::string read_fp_mode() {
  char text[80];
#if defined(__x86_64__)
  uint16_t x87 = 0;
  __asm__ volatile("fnstcw %0" : "=m"(x87));
  std::snprintf(text, sizeof text, "MXCSR %04x, x87 %04x", _mm_getcsr() & ~0x3fu, x87);
#elif defined(__aarch64__)
  uint64_t fpcr = 0;
  __asm__ volatile("mrs %0, fpcr" : "=r"(fpcr));
  std::snprintf(text, sizeof text, "FPCR %08llx", static_cast<unsigned long long>(fpcr));
#else
  std::snprintf(text, sizeof text, "rounding %d", std::fegetround());
#endif
  return text;
}

/// One line of /proc/self/status.
std::string status_line(const std::string &key) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.rfind(key + ":", 0) == 0) return line.substr(line.find_first_not_of(" \t", key.size() + 1));
  return {};
}

std::map<int, std::string> open_files() {
  std::map<int, std::string> files;
  DIR *folder = opendir("/proc/self/fd");
  if (folder == nullptr) return files;
  while (const dirent *entry = readdir(folder)) {
    const int descriptor = std::atoi(entry->d_name);
    if (entry->d_name[0] == '.' || descriptor == dirfd(folder)) continue;
    char target[512];
    const ssize_t size = readlink(("/proc/self/fd/" + std::string(entry->d_name)).c_str(), target, sizeof target);
    files[descriptor] = size > 0 ? std::string(target, static_cast<std::size_t>(size)) : "?";
  }
  closedir(folder);
  return files;
}

std::map<int, std::string> signal_handlers() {
  std::map<int, std::string> handlers;
  for (int number = 1; number < 65; ++number) {
    struct sigaction action {};
    if (sigaction(number, nullptr, &action) != 0) continue;
    char text[64];
    std::snprintf(text, sizeof text, "handler %p, flags %x", reinterpret_cast<void *>(action.sa_handler),
                  static_cast<unsigned>(action.sa_flags));
    handlers[number] = text;
  }
  return handlers;
}

std::size_t thread_count() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto &entry : std::filesystem::directory_iterator("/proc/self/task")) ++count;
  return count;
}

void flush_all() {
  std::cout.flush();
  std::cerr.flush();
  std::fflush(nullptr);
}
}  // namespace

ProcessState ProcessState::now() {
  ProcessState state;
  state.fp_mode = read_fp_mode();
  state.locale = std::string(std::setlocale(LC_ALL, nullptr)) + " (C++: " + std::locale().name() + ")";
  std::error_code ignored;
  state.folder = std::filesystem::current_path(ignored).string();
  state.umask = status_line("Umask");
  state.files = open_files();
  state.signals = signal_handlers();
  state.blocked = status_line("SigBlk");
  state.threads = thread_count();
  return state;
}

std::vector<std::string> differences(const ProcessState &before, const ProcessState &after) {
  std::vector<std::string> list;
  const auto compare = [&](const std::string &what, const std::string &a, const std::string &b) {
    if (a != b) list.push_back(what + " changed from " + a + " to " + b);
  };
  compare("the locale", before.locale, after.locale);
  compare("the current folder", before.folder, after.folder);
  compare("the umask", before.umask, after.umask);
  compare("the signal mask", before.blocked, after.blocked);
  for (const auto &[number, was] : before.signals) {
    const auto now = after.signals.find(number);
    if (now != after.signals.end() && now->second != was)
      list.push_back(std::string("the handler of signal ") + std::to_string(number) + " (" + strsignal(number) +
                     ") was replaced");
  }
  for (const auto &[descriptor, target] : after.files)
    if (before.files.count(descriptor) == 0)
      list.push_back("file descriptor " + std::to_string(descriptor) + " (" + target + ") was left open");
  for (const auto &[descriptor, target] : before.files) {
    const auto now = after.files.find(descriptor);
    if (now == after.files.end())
      list.push_back("file descriptor " + std::to_string(descriptor) + " (" + target + ") was closed");
    else
      compare("file descriptor " + std::to_string(descriptor), target, now->second);
  }
  return list;
}

std::size_t threads_settled(std::size_t expected) {
  std::size_t count = thread_count();
  for (int i = 0; i < 30 && count > expected; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    count = thread_count();
  }
  return count;
}

OutputWatch::OutputWatch(int descriptor) : descriptor_(descriptor) {
  flush_all();
  saved_ = dup(descriptor);
  memory_ = memfd_create("output", MFD_CLOEXEC);
  if (memory_ < 0 || dup2(memory_, descriptor) < 0)
    throw std::system_error(errno, std::generic_category(), "redirecting output");
}

OutputWatch::~OutputWatch() {
  flush_all();
  dup2(saved_, descriptor_);
  close(saved_);
  close(memory_);
}

std::string OutputWatch::text() const {
  flush_all();
  std::string bytes(4096, '\0');
  const ssize_t size = pread(memory_, bytes.data(), bytes.size(), 0);
  bytes.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return bytes;
}

}  // namespace nac::fw::verify
