/* SPDX-License-Identifier: Apache-2.0
 *
 * layout.c: prints "struct.field offset size" for every struct of the ABI, for compare_layout.sh. A member that is
 * missing here is found: each struct must be covered without a gap that alignment does not explain.
 */
#include <nac/nac.h>
#include <stdio.h>

static int failures = 0;
static size_t end_of_last = 0;
static const char *current = "";

static void field(const char *name, size_t offset, size_t size, size_t align) {
  const size_t expected = (end_of_last + align - 1) / align * align;
  if (offset != expected) {
    fprintf(stderr, "%s.%s is at %zu, expected %zu: layout.c does not list a member before it\n", current, name, offset,
            expected);
    failures++;
  }
  printf("%s.%s %zu %zu\n", current, name, offset, size);
  end_of_last = offset + size;
}

static void finish(size_t size, size_t align) {
  const size_t expected = (end_of_last + align - 1) / align * align;
  if (size != expected) {
    fprintf(stderr, "%s has %zu bytes, its listed members need %zu: layout.c misses the last member\n", current, size,
            expected);
    failures++;
  }
  printf("%s %zu %zu\n", current, size, align);
}

/* The member's alignment, found without naming its type. */
#define ALIGN_OF_SIZE(size) ((size) % 8 == 0 ? 8u : (size) % 4 == 0 ? 4u : (size) % 2 == 0 ? 2u : 1u)
#define STRUCT(type)      \
  do {                    \
    typedef type subject; \
    current = #type;      \
    end_of_last = 0;
#define F(name) \
  field(#name, offsetof(subject, name), sizeof(((subject *)0)->name), ALIGN_OF_SIZE(sizeof(((subject *)0)->name)));
#define F4(name) field(#name, offsetof(subject, name), sizeof(((subject *)0)->name), 4);
#define F2(name) field(#name, offsetof(subject, name), sizeof(((subject *)0)->name), 2);
#define F1(name) field(#name, offsetof(subject, name), sizeof(((subject *)0)->name), 1);
#define END                                   \
  finish(sizeof(subject), _Alignof(subject)); \
  }                                           \
  while (0)

#include "members.inc"

int main(void) {
  base();
  host();
  tensors();
  plugin();
  kinds();
  return failures == 0 ? 0 : 1;
}
