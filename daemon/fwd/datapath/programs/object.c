// SPDX-License-Identifier: MIT
/*
 * BPF objects: one program each, opened from the bytes that the build embedded.
 *
 * expected_attach_type is 0 on all our programs: a dispatcher makes the entry a
 * program of type EXT, which has none, and kernels let only programs of the
 * same expected_attach_type meet in one prog array.
 */
#include "daemon/fwd/datapath/programs/programs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <bpf/btf.h>
#include <linux/bpf.h>

/* Pages that the verifier does not write are never allocated. 6.1 fails if the log does not fit. */
#define LOG_SIZE (16 * 1024 * 1024)

static struct bpf_map *find_rodata(struct bpf_object *obj)
{
	struct bpf_map *map;

	bpf_object__for_each_map (map, obj) {
		const char *dot = strrchr(bpf_map__name(map), '.');

		if (bpf_map__is_internal(map) && dot && strcmp(dot, ".rodata") == 0)
			return map;
	}
	return NULL;
}

/* The address of a variable of .rodata before the load, by its name; NULL if there is none. */
static void *find_knob(struct bpf_object *obj, const char *name, size_t *ret_size)
{
	struct bpf_map *map = find_rodata(obj);
	const struct btf *btf = bpf_object__btf(obj);
	const struct btf_type *section;
	size_t size;
	char *data;

	if (!map || !btf)
		return NULL;
	data = (char *)bpf_map__initial_value(map, &size); /* ours to write until the load */
	section = btf__type_by_id(btf, bpf_map__btf_value_type_id(map));
	if (!data || !section || !btf_is_datasec(section))
		return NULL;
	for (unsigned i = 0; i < btf_vlen(section); i++) {
		const struct btf_var_secinfo *place = &btf_var_secinfos(section)[i];
		const struct btf_type *variable = btf__type_by_id(btf, place->type);

		if (strcmp(btf__name_by_offset(btf, variable->name_off), name) == 0) {
			*ret_size = place->size;
			return data + place->offset;
		}
	}
	return NULL;
}

/* A program that does not use a knob may lack it. */
static void set_knob(struct bpf_object *obj, const char *name, uint32_t value)
{
	size_t size;
	void *knob = find_knob(obj, name, &size);

	if (knob && size <= sizeof(value))
		memcpy(knob, &value, size); /* little endian, as BPF is here */
}

void object_set_interface(struct object *object, uint32_t slot)
{
	set_knob(object->obj, "knob_interface", slot);
}

uint32_t object_interface_of(const struct object *object, const void *rodata)
{
	size_t size, all;
	const char *knob = find_knob(object->obj, "knob_interface", &size);
	const char *start = object_rodata(object, &all);
	uint32_t slot = 0;

	if (knob && size <= sizeof(slot))
		memcpy(&slot, (const char *)rodata + (knob - start), size);
	return slot;
}

static int share_maps(const struct datapath *dp, struct object *object, bool frags_array,
		      struct errors *errs)
{
	struct bpf_map *map;

	bpf_object__for_each_map (map, object->obj) {
		const char *name = bpf_map__name(map);
		int fd, err;

		if (bpf_map__is_internal(map))
			continue;
		if (frags_array && strcmp(name, "stages") == 0)
			fd = MAP_FD(dp, stages_frags);
		else
			fd = bpf_object__find_map_fd_by_name(dp->skel->obj, name);
		err = fd < 0 ? fd : bpf_map__reuse_fd(map, fd);
		if (err)
			return fail(errs, err, "map %s of program %s", name,
				    bpf_object__name(object->obj));
	}
	return 0;
}

int object_open(const struct datapath *dp, const void *elf, size_t size, const struct knobs *knobs,
		bool frags_array, struct object *ret, struct errors *errs)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .object_name = "fwd");
	struct object object = {0};
	int err;

	object.log = malloc(LOG_SIZE);
	if (!object.log)
		return fail(errs, -ENOMEM, "cannot open a BPF program");
	object.log[0] = '\0';
	opts.kernel_log_buf = object.log;
	opts.kernel_log_size = LOG_SIZE;
	object.obj = bpf_object__open_mem(elf, size, &opts);
	if (!object.obj) {
		err = -errno;
		object_close(&object);
		return fail(errs, err, "cannot read a BPF program");
	}
	object.prog = bpf_object__next_program(object.obj, NULL);
	bpf_program__set_expected_attach_type(object.prog, 0);
	object_set_interface(&object, knobs->interface);
	set_knob(object.obj, "knob_dry", knobs->dry);
	set_knob(object.obj, "knob_test_clock", knobs->test_clock);
	err = share_maps(dp, &object, frags_array, errs);
	if (err) {
		object_close(&object);
		return err;
	}
	*ret = object;
	return 0;
}

const char *object_log_tail(const struct object *object, char *buffer, size_t size)
{
	const char *log = object->log ? object->log : "";
	const char *end = log + strlen(log), *start;
	size_t length;

	/* The last line is statistics. */
	start = strstr(log, "processed ");
	if (start)
		end = start;
	while (end > log && end[-1] == '\n')
		end--;
	start = end;
	for (int lines = 0; start > log; start--)
		if (start[-1] == '\n' && ++lines == 2)
			break;
	length = (size_t)(end - start) < size ? (size_t)(end - start) : size - 1;
	memcpy(buffer, end - length, length);
	buffer[length] = '\0';
	for (char *c = buffer; *c; c++)
		if (*c == '\n')
			*c = ' ';
	return buffer;
}

int object_load(struct object *object, bool frags, struct errors *errs)
{
	const char *name = bpf_program__name(object->prog);
	char tail[512];
	int err;

	bpf_program__set_type(object->prog, BPF_PROG_TYPE_XDP);
	bpf_program__set_expected_attach_type(object->prog, 0);
	bpf_program__set_flags(object->prog, frags ? BPF_F_XDP_HAS_FRAGS : 0);
	err = bpf_object__load(object->obj);
	if (!err)
		return 0;
	object_log_tail(object, tail, sizeof(tail));
	return tail[0] ? fail(errs, err, "cannot load program %s: %s", name, tail)
		       : fail(errs, err, "cannot load program %s", name);
}

const void *object_rodata(const struct object *object, size_t *ret_size)
{
	struct bpf_map *map = find_rodata(object->obj);

	*ret_size = 0;
	return map ? bpf_map__initial_value(map, ret_size) : NULL;
}

void object_close(struct object *object)
{
	bpf_object__close(object->obj);
	free(object->log);
	*object = (struct object){0};
}
