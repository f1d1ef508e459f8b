// Many tools asking a gateway at once: one thread, epoll, one kept connection a tool. Prints one line of JSON.
//
//   load PORT PATH BODY_FILE [-H "Name: value"]… [-c CONNECTIONS] [-t SECONDS | -n REQUESTS] [-w WARM_UP_SECONDS]
//        [-g SPREAD_MS] [-s] [-e PIECES]
//
//   -s  the answers are streams: pieces are counted, and how long each was on its way from `upstream` is measured
//   -e  how many pieces a whole answer has; another number is a failure
//   -g  the first requests start spread over so many milliseconds
//
// Times are microseconds. What starts before the warm-up is over is not counted.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define HEAD_LIMIT 16384
#define LINE_LIMIT 8192

typedef struct {
  float *values;
  size_t count, capacity;
} Series;

typedef enum { SIZE_LINE, CHUNK, CHUNK_END, LAST_LINE } ChunkState;

typedef struct {
  int fd;
  bool asking, in_body, is_chunked, is_done;
  int status, pieces;
  size_t sent, head_length, line_length, chunk_left;
  long long declared, received;
  ChunkState chunk_state;
  uint64_t starts_at, started_ns, first_byte_ns;
  char head[HEAD_LIMIT], line[LINE_LIMIT];
} Tool;

static Series latency, first_byte, on_the_way;
static uint64_t counted_from, counted_to, last_answer_ns, succeeded, failed, counted, pieces_counted;
static long started, wanted = -1;
static bool streams;
static int expected_pieces = -1, poller, port, active;
static char *request, first_failure[400];
static size_t request_length;

static uint64_t now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000ull + (uint64_t)time.tv_nsec;
}

static void add(Series *series, double value) {
  if (series->count == series->capacity) {
    series->capacity = series->capacity ? series->capacity * 2 : 65536;
    series->values = realloc(series->values, series->capacity * sizeof(float));
  }
  series->values[series->count++] = (float)value;
}

static int by_size(const void *left, const void *right) {
  float a = *(const float *)left, b = *(const float *)right;
  return a < b ? -1 : a > b;
}

static double quantile(const Series *series, double part) {
  if (series->count == 0) return -1;
  return series->values[(size_t)(part * (double)(series->count - 1) + 0.5)];
}

static void connect_tool(Tool *tool, int index) {
  tool->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  int on = 1;
  setsockopt(tool->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  connect(tool->fd, (struct sockaddr *)&address, sizeof address);
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)index};
  epoll_ctl(poller, EPOLL_CTL_ADD, tool->fd, &event);
}

static void send_on(Tool *tool, int index) {
  while (tool->sent < request_length) {
    ssize_t count = send(tool->fd, request + tool->sent, request_length - tool->sent, MSG_NOSIGNAL);
    if (count < 0) break;
    tool->sent += (size_t)count;
  }
  bool waits = tool->sent < request_length;
  struct epoll_event event = {.events = EPOLLIN | (waits ? EPOLLOUT : 0), .data.u32 = (uint32_t)index};
  epoll_ctl(poller, EPOLL_CTL_MOD, tool->fd, &event);
}

static void ask(Tool *tool, int index) {
  if (tool->fd < 0) connect_tool(tool, index);
  tool->asking = true;
  tool->in_body = tool->is_chunked = tool->is_done = false;
  tool->status = tool->pieces = 0;
  tool->sent = tool->head_length = tool->line_length = tool->chunk_left = 0;
  tool->declared = -1;
  tool->received = 0;
  tool->chunk_state = SIZE_LINE;
  tool->started_ns = now_ns();
  tool->first_byte_ns = 0;
  active++;
  started++;
  send_on(tool, index);
}

static void read_line(Tool *tool, const char *line, size_t length, uint64_t now) {
  if (length < 5 || memcmp(line, "data:", 5) != 0) return;
  const char *mark = memmem(line, length, "TS=", 3);
  if (mark && mark + 19 <= line + length) {
    uint64_t written = 0;
    for (int digit = 3; digit < 19; digit++) written = written * 10 + (uint64_t)(mark[digit] - '0');
    tool->pieces++;
    if (now >= counted_from && now < counted_to) pieces_counted++;
    if (tool->started_ns >= counted_from) add(&on_the_way, (double)(now - written) / 1e3);
  } else if (memmem(line, length, "[DONE]", 6) || memmem(line, length, "message_stop", 12) ||
             memmem(line, length, "response.completed", 18))
    tool->is_done = true;
}

static void read_body(Tool *tool, const char *bytes, size_t length, uint64_t now) {
  tool->received += (long long)length;
  if (!streams) return;
  while (length > 0) {
    const char *line_end = memchr(bytes, '\n', length);
    size_t part = line_end ? (size_t)(line_end - bytes) : length;
    size_t room = LINE_LIMIT - tool->line_length, kept = part < room ? part : room;
    memcpy(tool->line + tool->line_length, bytes, kept);
    tool->line_length += kept;
    if (!line_end) return;
    read_line(tool, tool->line, tool->line_length, now);
    tool->line_length = 0;
    bytes = line_end + 1;
    length -= part + 1;
  }
}

/** True when the answer is whole. */
static bool read_chunked(Tool *tool, const char *bytes, size_t length, uint64_t now) {
  while (length > 0) {
    if (tool->chunk_state == CHUNK) {
      size_t part = length < tool->chunk_left ? length : tool->chunk_left;
      read_body(tool, bytes, part, now);
      bytes += part;
      length -= part;
      tool->chunk_left -= part;
      if (tool->chunk_left == 0) tool->chunk_state = CHUNK_END;
      continue;
    }
    char byte = *bytes++;
    length--;
    if (tool->chunk_state == SIZE_LINE) {
      if (byte == '\n') tool->chunk_state = tool->chunk_left == 0 ? LAST_LINE : CHUNK;
      else if (byte >= '0' && byte <= '9') tool->chunk_left = tool->chunk_left * 16 + (size_t)(byte - '0');
      else if ((byte | 32) >= 'a' && (byte | 32) <= 'f')
        tool->chunk_left = tool->chunk_left * 16 + (size_t)((byte | 32) - 'a' + 10);
    } else if (byte == '\n') {
      if (tool->chunk_state == LAST_LINE) return true;
      tool->chunk_state = SIZE_LINE;
    }
  }
  return false;
}

/** True when the answer is whole. */
static bool read_answer(Tool *tool, const char *bytes, size_t length, uint64_t now) {
  if (tool->first_byte_ns == 0) tool->first_byte_ns = now;
  if (!tool->in_body) {
    size_t before = tool->head_length, room = HEAD_LIMIT - 1 - before, part = length < room ? length : room;
    memcpy(tool->head + before, bytes, part);
    tool->head_length += part;
    tool->head[tool->head_length] = 0;
    char *end = strstr(tool->head, "\r\n\r\n");
    if (!end) return false;
    size_t used = (size_t)(end - tool->head) + 4 - before;
    end[2] = 0;
    tool->status = atoi(tool->head + 9);
    char *declared = strcasestr(tool->head, "\r\ncontent-length:");
    if (declared) tool->declared = atoll(declared + 17);
    tool->is_chunked = strcasestr(tool->head, "\r\ntransfer-encoding: chunked") != NULL;
    tool->in_body = true;
    bytes += used;
    length -= used;
    if (tool->declared == 0) return true;
  }
  if (tool->is_chunked) return read_chunked(tool, bytes, length, now);
  read_body(tool, bytes, length, now);
  return tool->declared >= 0 && tool->received >= tool->declared;
}

static void note_failure(const char *what, const Tool *tool) {
  failed++;
  if (first_failure[0]) return;
  snprintf(first_failure, sizeof first_failure, "%s: status %d, %lld bytes, %d pieces", what, tool->status, tool->received,
           tool->pieces);
}

static void end_answer(Tool *tool, bool is_whole) {
  uint64_t now = now_ns();
  active--;
  tool->asking = false;
  last_answer_ns = now;
  if (!is_whole) note_failure("the connection ended", tool);
  else if (tool->status != 200) note_failure("refused", tool);
  else if (streams && (!tool->is_done || (expected_pieces >= 0 && tool->pieces != expected_pieces)))
    note_failure("not the whole stream", tool);
  else {
    succeeded++;
    if (now >= counted_from && now < counted_to) counted++;
    if (tool->started_ns < counted_from) return;
    add(&latency, (double)(now - tool->started_ns) / 1e3);
    add(&first_byte, (double)(tool->first_byte_ns - tool->started_ns) / 1e3);
  }
}

static bool may_start(void) {
  return wanted >= 0 ? started < wanted : now_ns() < counted_to;
}

static void hang_up(Tool *tool) {
  close(tool->fd);
  tool->fd = -1;
}

static void read_from(Tool *tool, int index) {
  static char bytes[262144];
  for (;;) {
    ssize_t count = recv(tool->fd, bytes, sizeof bytes, 0);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) {
      hang_up(tool);
      if (tool->asking) end_answer(tool, tool->in_body && !tool->is_chunked && tool->declared < 0);
      return;
    }
    if (!tool->asking || !read_answer(tool, bytes, (size_t)count, now_ns())) continue;
    end_answer(tool, true);
    if (strcasestr(tool->head, "\r\nconnection: close")) hang_up(tool);
    if (may_start()) ask(tool, index);
    return;
  }
}

static void load_request(const char *path, const char *body_file, const char *headers) {
  FILE *file = fopen(body_file, "r");
  if (!file) {
    perror(body_file);
    exit(2);
  }
  static char body[4 << 20];
  size_t length = fread(body, 1, sizeof body, file);
  fclose(file);
  request = malloc(length + 16384);
  request_length = (size_t)sprintf(request,
      "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\nAccept: */*\r\n%sContent-Length: %zu\r\n\r\n",
      path, port, headers, length);
  memcpy(request + request_length, body, length);
  request_length += length;
}

static void report(double seconds) {
  qsort(latency.values, latency.count, sizeof(float), by_size);
  qsort(first_byte.values, first_byte.count, sizeof(float), by_size);
  qsort(on_the_way.values, on_the_way.count, sizeof(float), by_size);
  printf("{\"succeeded\":%lu,\"failed\":%lu,\"seconds\":%.3f,\"requests_per_s\":%.1f,\"pieces_per_s\":%.1f,"
         "\"latency_p50\":%.1f,\"latency_p99\":%.1f,\"first_byte_p50\":%.1f,\"piece_p50\":%.1f,\"piece_p99\":%.1f,"
         "\"first_failure\":\"%s\"}\n",
         succeeded, failed, seconds, (double)counted / seconds, (double)pieces_counted / seconds, quantile(&latency, 0.5),
         quantile(&latency, 0.99), quantile(&first_byte, 0.5), quantile(&on_the_way, 0.5), quantile(&on_the_way, 0.99),
         first_failure);
}

int main(int count, char **values) {
  if (count < 4) {
    fprintf(stderr, "usage: load PORT PATH BODY_FILE [options]\n");
    return 2;
  }
  double seconds = 3, warm_up = 0.3;
  int connections = 1, spread_ms = 0;
  static char headers[8192];
  for (int at = 4; at < count; at++) {
    const char *flag = values[at], *value = at + 1 < count ? values[at + 1] : "";
    if (!strcmp(flag, "-s")) {
      streams = true;
      continue;
    }
    at++;
    if (!strcmp(flag, "-H")) strcat(strcat(headers, value), "\r\n");
    else if (!strcmp(flag, "-c")) connections = atoi(value);
    else if (!strcmp(flag, "-t")) seconds = atof(value);
    else if (!strcmp(flag, "-n")) wanted = atol(value);
    else if (!strcmp(flag, "-w")) warm_up = atof(value);
    else if (!strcmp(flag, "-g")) spread_ms = atoi(value);
    else if (!strcmp(flag, "-e")) expected_pieces = atoi(value);
  }
  signal(SIGPIPE, SIG_IGN);
  port = atoi(values[1]);
  load_request(values[2], values[3], headers);
  poller = epoll_create1(0);
  Tool *tools = calloc((size_t)connections, sizeof *tools);
  uint64_t begun = now_ns();
  counted_from = wanted >= 0 ? begun : begun + (uint64_t)(warm_up * 1e9);
  counted_to = wanted >= 0 ? UINT64_MAX : counted_from + (uint64_t)(seconds * 1e9);
  uint64_t given_up = wanted >= 0 ? begun + 600000000000ull : counted_to + 20000000000ull;
  for (int at = 0; at < connections; at++) {
    tools[at].fd = -1;
    tools[at].starts_at = begun + (uint64_t)(spread_ms * 1e6 * at / connections);
  }
  int not_begun = connections;
  for (;;) {
    uint64_t now = now_ns();
    if (now > given_up) {
      failed += (uint64_t)active;
      snprintf(first_failure, sizeof first_failure, "%d answers never ended", active);
      break;
    }
    for (int at = 0; at < connections && not_begun > 0; at++) {
      if (tools[at].starts_at == 0 || now < tools[at].starts_at) continue;
      tools[at].starts_at = 0;
      not_begun--;
      if (may_start()) ask(&tools[at], at);
    }
    if (active == 0 && not_begun == 0) {
      if (!may_start()) break;
      for (int at = 0; at < connections && may_start(); at++) ask(&tools[at], at);
    }
    struct epoll_event events[256];
    int ready = epoll_wait(poller, events, 256, not_begun > 0 ? 1 : 50);
    for (int at = 0; at < ready; at++) {
      Tool *tool = &tools[events[at].data.u32];
      if (tool->fd >= 0 && tool->asking && events[at].events & EPOLLOUT) send_on(tool, (int)events[at].data.u32);
      if (tool->fd >= 0 && events[at].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) read_from(tool, (int)events[at].data.u32);
    }
  }
  report(wanted >= 0 ? (double)(last_answer_ns - begun) / 1e9 : seconds);
  return failed > 0;
}
