import { loadPackage } from "./gpio-package.ts";

/** What it takes to speak to a character device, beside opening and reading it. */
export interface Kernel {
  /** @throws Error with a code such as EBUSY */
  ioctl(file: number, request: number, argument: Uint8Array): void;
  /** Reading it must not wait. */
  unblock(file: number): void;
  /** Calls back, in a turn of its own, while there is something to read or the file is dead. Returns what ends that. */
  watch(file: number, ready: () => void): () => void;
}

const F_GETFL = 3;
const F_SETFL = 4;
const O_NONBLOCK = 0o4000;

/** @throws GpioTrouble where its packages cannot be loaded */
export async function loadKernel(): Promise<Kernel> {
  const koffi = await loadPackage("koffi", () => import("koffi"));
  const { Epoll } = await loadPackage("epoll", () => import("epoll"));
  const libc = koffi.load(null);
  const ioctl = libc.func("int ioctl(int file, ulong request, void *argument)");
  const fcntl = libc.func("int fcntl(int file, int command, int argument)");
  return {
    ioctl: (file, request, argument) => {
      if (ioctl(file, request, argument) < 0) throw systemError("ioctl", koffi.errno(), koffi.os.errno);
    },
    unblock: (file) => {
      fcntl(file, F_SETFL, fcntl(file, F_GETFL, 0) | O_NONBLOCK);
    },
    watch: (file, ready) => {
      const poller = new Epoll(() => ready());
      poller.add(file, Epoll.EPOLLIN);
      return () => poller.remove(file).close();
    },
  };
}

function systemError(call: string, number: number, numbers: Readonly<Record<string, number>>): Error {
  const [code = `error ${number}`] = Object.entries(numbers).find(([, each]) => each === number) ?? [];
  return Object.assign(new Error(`${call}: ${code}`), { code });
}
