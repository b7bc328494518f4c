// SPDX-License-Identifier: MIT
/*
 * Other people's XDP programs: put one next to fwd, and ask what it has seen.
 * xdp-loader can do the first, but not for programs with multi-buffer support.
 *
 *	neighbour load IF OBJECT [frags] [generic]
 *	neighbour unload IF PROGRAM
 *	neighbour count IF PROGRAM	packets that it saw, of its map `seen`
 *	neighbour list IF		names of all programs, in the order in which they run
 */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <xdp/libxdp.h>

#define MAX_MAPS 8

static int quiet(enum libxdp_print_level level, const char *format, va_list args)
{
	return level == LIBXDP_WARN ? vfprintf(stderr, format, args) : 0;
}

static bool has_word(char **words, const char *word)
{
	for (; *words; words++)
		if (strcmp(*words, word) == 0)
			return true;
	return false;
}

/* options: the words behind the object. */
static int load(int ifindex, const char *object, char **options)
{
	DECLARE_LIBXDP_OPTS(xdp_program_opts, opts, .open_filename = object);
	enum xdp_attach_mode mode = has_word(options, "generic") ? XDP_MODE_SKB : XDP_MODE_NATIVE;
	struct xdp_program *program = xdp_program__create(&opts);
	int err = libxdp_get_error(program);

	if (err)
		return err;
	if (has_word(options, "frags"))
		err = xdp_program__set_xdp_frags_support(program, true);
	if (!err)
		err = xdp_program__attach(program, ifindex, mode, 0);
	xdp_program__close(program);
	return err;
}

/* The next program of an interface: of a chain, or the only one. */
static struct xdp_program *next_program(struct xdp_program *program,
					const struct xdp_multiprog *chain)
{
	if (!xdp_multiprog__is_legacy(chain))
		return xdp_multiprog__next_prog(program, chain);
	return program ? NULL : xdp_multiprog__main_prog(chain);
}

static int unload(int ifindex, const struct xdp_multiprog *chain, struct xdp_program *program)
{
	return xdp_program__detach(program, ifindex, xdp_multiprog__attach_mode(chain), 0);
}

static int count(int ifindex, const struct xdp_multiprog *chain, struct xdp_program *program)
{
	unsigned maps[MAX_MAPS], key = 0;
	struct bpf_prog_info info = {.map_ids = (unsigned long)maps, .nr_map_ids = MAX_MAPS};
	unsigned size = sizeof(info);
	unsigned long long seen;
	int fd;

	(void)ifindex, (void)chain;
	if (bpf_obj_get_info_by_fd(xdp_program__fd(program), &info, &size) || !info.nr_map_ids)
		return -errno;
	fd = bpf_map_get_fd_by_id(maps[0]);
	if (fd < 0 || bpf_map_lookup_elem(fd, &key, &seen))
		return -errno;
	printf("%llu\n", seen);
	return 0;
}

static int list(int ifindex, const struct xdp_multiprog *chain, struct xdp_program *program)
{
	(void)ifindex, (void)chain;
	return puts(xdp_program__name(program)) < 0 ? -EIO : 0;
}

/* name: of one program, or NULL for all. */
static int for_program(int ifindex, const char *name,
		       int (*visit)(int, const struct xdp_multiprog *, struct xdp_program *))
{
	struct xdp_multiprog *chain = xdp_multiprog__get_from_ifindex(ifindex);
	struct xdp_program *program = NULL;
	int err = libxdp_get_error(chain);
	bool found = !name;

	if (err)
		return err == -ENOENT && !name ? 0 : err;
	while (!err && (program = next_program(program, chain))) {
		if (name && strcmp(xdp_program__name(program), name) != 0)
			continue;
		found = true;
		err = visit(ifindex, chain, program);
		if (name)
			break;
	}
	xdp_multiprog__close(chain);
	return err || found ? err : -ENOENT;
}

int main(int argc, char **argv)
{
	int ifindex = argc > 2 ? (int)if_nametoindex(argv[2]) : 0;
	int err = -EINVAL;

	libxdp_set_print(quiet);
	libbpf_set_print(NULL);
	if (ifindex && argc == 3 && strcmp(argv[1], "list") == 0)
		err = for_program(ifindex, NULL, list);
	else if (ifindex && argc > 3 && strcmp(argv[1], "load") == 0)
		err = load(ifindex, argv[3], argv + 4);
	else if (ifindex && argc > 3 && strcmp(argv[1], "unload") == 0)
		err = for_program(ifindex, argv[3], unload);
	else if (ifindex && argc > 3 && strcmp(argv[1], "count") == 0)
		err = for_program(ifindex, argv[3], count);
	if (err)
		fprintf(stderr, "neighbour: %s\n", strerror(-err));
	return err ? 1 : 0;
}
