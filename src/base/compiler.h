/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SC_BASE_COMPILER_H
#define SC_BASE_COMPILER_H
/* Everything that is not plain C17, each behind one macro. */

/** The caller must look at the result. */
#define SC_MUST_CHECK __attribute__((warn_unused_result))
/** The arguments are checked like printf's: `text` and `first` are positions from 1. */
#define SC_PRINTF(text, first) __attribute__((format(printf, text, first)))
#define SC_NORETURN __attribute__((noreturn))
#define SC_LIKELY(x) __builtin_expect(!!(x), 1)
#define SC_UNLIKELY(x) __builtin_expect(!!(x), 0)
/** Keeps a rare path out of the hot one. */
#define SC_COLD __attribute__((noinline, cold))

/** Keeps a way that others are faster than, but that is no rarer, out of them: their registers are
 * theirs. */
#define SC_APART __attribute__((noinline))

/** One function, compiled for the plain CPU, for AVX2 and for AVX-512, chosen when the program
 * starts. All give the same bits: no fused multiply-add (-ffp-contract=off), no reordering. Define
 * SC_NO_CLONES for a build with one version. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(SC_NO_CLONES) &&   \
    !defined(__SANITIZE_ADDRESS__)
#define SC_CLONES __attribute__((target_clones("default", "avx2", "arch=x86-64-v4")))
#else
#define SC_CLONES
#endif

/** A small function inside cloned loops: gcc inlines no plain one into a clone for another CPU. */
#define SC_INLINE static inline __attribute__((always_inline))

/** Meters and money. */
__extension__ typedef __int128 sc_i128;
__extension__ typedef unsigned __int128 sc_u128;
#endif
