// SPDX-License-Identifier: Apache-2.0
//
// The loader looks at program headers and the dynamic section only, so we do, too: section headers may be missing.
#include "plugin/elf_file.hpp"

#include <elf.h>
#include <fmt/format.h>
#include <link.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <optional>

#include "base/error.hpp"

namespace nac::fw {
namespace {

[[noreturn]] void refuse(const std::string &reason) { throw Error(reason, NAC_DATA_LOSS); }

std::string machine_name(unsigned machine) {
  switch (machine) {
    case EM_X86_64: return "x86-64";
    case EM_386: return "32-bit x86";
    case EM_AARCH64: return "AArch64";
    case EM_ARM: return "32-bit ARM";
    case EM_PPC64: return "PowerPC 64";
    case EM_RISCV: return "RISC-V";
    default: return fmt::format("machine number {}", machine);
  }
}

/// The first bytes of this program's own file: what a library must match.
const ElfW(Ehdr) & own_header() {
  static const ElfW(Ehdr) header = [] {
    ElfW(Ehdr) h{};
    std::ifstream self("/proc/self/exe", std::ios::binary);
    if (!self.read(reinterpret_cast<char *>(&h), sizeof h))
      throw Error("cannot read /proc/self/exe to learn the machine of this program");
    return h;
  }();
  return header;
}

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  template <class T>
  T at(uint64_t offset) const {
    T value;
    std::memcpy(&value, range(offset, sizeof value).data(), sizeof value);
    return value;
  }
  std::string_view range(uint64_t offset, uint64_t size) const {
    if (offset > bytes_.size() || size > bytes_.size() - offset) refuse("is truncated or damaged");
    return bytes_.substr(offset, size);
  }
  uint64_t size() const { return bytes_.size(); }

 private:
  std::string_view bytes_;
};

class Library {
 public:
  explicit Library(std::string_view bytes) : file_(bytes) {
    read_header();
    read_segments();
    read_dynamic();
  }

  ElfFacts facts() const {
    ElfFacts out;
    out.executable_stack = executable_stack_;
    for (const uint64_t name : needed_) out.needed.push_back(text(name));
    if (!symbols_) return out;
    const uint64_t count = symbol_count();
    for (uint64_t i = 1; i < count; ++i) {
      const auto symbol = file_.at<ElfW(Sym)>(*symbols_ + i * sizeof(ElfW(Sym)));
      if (!is_export(symbol)) continue;
      const std::string name = text(symbol.st_name);
      static constexpr std::array<std::string_view, 7> kLinkerMarks = {"_init", "_fini",   "__bss_start", "_edata",
                                                                       "_end",  "__end__", "_etext"};
      if (std::find(kLinkerMarks.begin(), kLinkerMarks.end(), name) != kLinkerMarks.end()) continue;
      out.exports.push_back({name, ELF64_ST_TYPE(symbol.st_info) == STT_OBJECT, symbol.st_size});
    }
    return out;
  }

 private:
  void read_header() {
    if (file_.size() < SELFMAG || std::memcmp(file_.range(0, SELFMAG).data(), ELFMAG, SELFMAG) != 0)
      refuse("is no ELF file (no shared library)");
    const auto ident = file_.range(0, EI_NIDENT);
    const ElfW(Ehdr) &own = own_header();
    if (ident[EI_CLASS] != static_cast<char>(own.e_ident[EI_CLASS]))
      refuse(fmt::format("is {}-bit, this program {}-bit", ident[EI_CLASS] == ELFCLASS32 ? 32 : 64,
                         own.e_ident[EI_CLASS] == ELFCLASS32 ? 32 : 64));
    if (ident[EI_DATA] != static_cast<char>(own.e_ident[EI_DATA])) refuse("has another byte order than this program");
    header_ = file_.at<ElfW(Ehdr)>(0);
    if (header_.e_machine != own.e_machine)
      refuse(fmt::format("was built for {}, this program for {}", machine_name(header_.e_machine),
                         machine_name(own.e_machine)));
    if (header_.e_type != ET_DYN) refuse("is an ELF file but no shared library");
    if (header_.e_phentsize != sizeof(ElfW(Phdr))) refuse("is truncated or damaged");
  }

  void read_segments() {
    for (unsigned i = 0; i < header_.e_phnum; ++i) {
      const auto segment = file_.at<ElfW(Phdr)>(header_.e_phoff + i * sizeof(ElfW(Phdr)));
      if (segment.p_type == PT_LOAD) {
        // The loader maps these; a missing tail would be a bus error when it is touched.
        file_.range(segment.p_offset, segment.p_filesz);
        loads_.push_back(segment);
      }
      if (segment.p_type == PT_DYNAMIC) dynamic_ = segment;
      if (segment.p_type == PT_GNU_STACK) executable_stack_ = (segment.p_flags & PF_X) != 0;
    }
    if (!dynamic_) refuse("has no dynamic section, so it is no shared library");
  }

  void read_dynamic() {
    std::optional<uint64_t> string_address;
    for (uint64_t at = 0; at + sizeof(ElfW(Dyn)) <= dynamic_->p_filesz; at += sizeof(ElfW(Dyn))) {
      const auto entry = file_.at<ElfW(Dyn)>(dynamic_->p_offset + at);
      if (entry.d_tag == DT_NULL) break;
      const uint64_t value = entry.d_un.d_val;
      switch (entry.d_tag) {
        case DT_NEEDED: needed_.push_back(value); break;
        case DT_STRTAB: string_address = value; break;
        case DT_STRSZ: string_size_ = value; break;
        case DT_SYMTAB: symbols_ = offset_of(value); break;
        case DT_HASH: hash_ = offset_of(value); break;
        case DT_GNU_HASH: gnu_hash_ = offset_of(value); break;
        case DT_FLAGS_1:
          if ((value & DF_1_PIE) != 0) refuse("is a program, no shared library");
          break;
        default: break;
      }
    }
    if (string_address) strings_ = file_.range(offset_of(*string_address), string_size_);
  }

  /// Where in the file the byte for an address lies.
  uint64_t offset_of(uint64_t address) const {
    for (const ElfW(Phdr) & load : loads_)
      if (address >= load.p_vaddr && address - load.p_vaddr < load.p_filesz)
        return address - load.p_vaddr + load.p_offset;
    refuse("is truncated or damaged");
  }

  std::string text(uint64_t offset) const {
    if (offset >= strings_.size()) refuse("is truncated or damaged");
    const std::string_view rest = strings_.substr(offset);
    const std::size_t end = rest.find('\0');
    if (end == std::string_view::npos) refuse("is truncated or damaged");
    return std::string(rest.substr(0, end));
  }

  uint64_t symbol_count() const {
    const uint64_t most = file_.size() / sizeof(ElfW(Sym));
    if (hash_) return std::min<uint64_t>(most, file_.at<uint32_t>(*hash_ + sizeof(uint32_t)));
    if (!gnu_hash_) return 0;
    // The table has no count: the last chain ends with the last symbol.
    const auto buckets = file_.at<uint32_t>(*gnu_hash_);
    const auto first = file_.at<uint32_t>(*gnu_hash_ + 4);
    const auto bloom = file_.at<uint32_t>(*gnu_hash_ + 8);
    const uint64_t bucket_offset = *gnu_hash_ + 16 + uint64_t{bloom} * sizeof(ElfW(Addr));
    file_.range(bucket_offset, uint64_t{buckets} * 4);
    uint64_t last = 0;
    for (uint64_t i = 0; i < buckets; ++i) last = std::max<uint64_t>(last, file_.at<uint32_t>(bucket_offset + i * 4));
    if (last < first) return std::min<uint64_t>(most, first);
    const uint64_t chains = bucket_offset + uint64_t{buckets} * 4;
    while ((file_.at<uint32_t>(chains + (last - first) * 4) & 1u) == 0) ++last;
    return std::min(most, last + 1);
  }

  static bool is_export(const ElfW(Sym) & symbol) {
    const unsigned bind = ELF64_ST_BIND(symbol.st_info), visibility = ELF64_ST_VISIBILITY(symbol.st_other);
    return symbol.st_shndx != SHN_UNDEF && (bind == STB_GLOBAL || bind == STB_WEAK || bind == STB_GNU_UNIQUE) &&
           (visibility == STV_DEFAULT || visibility == STV_PROTECTED);
  }

  Reader file_;
  ElfW(Ehdr) header_{};
  std::vector<ElfW(Phdr)> loads_;
  std::optional<ElfW(Phdr)> dynamic_;
  bool executable_stack_ = false;
  std::vector<uint64_t> needed_;
  uint64_t string_size_ = 0;
  std::string_view strings_;
  std::optional<uint64_t> symbols_, hash_, gnu_hash_;
};

}  // namespace

ElfFacts read_elf(std::string_view bytes) { return Library(bytes).facts(); }

}  // namespace nac::fw
