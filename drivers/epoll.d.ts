/** The package has no types of its own. */
declare module "epoll" {
  export class Epoll {
    static readonly EPOLLIN: number;
    /** Nothing is called back inside these. */
    constructor(listener: (error: Error | null, file: number, events: number) => void);
    add(file: number, events: number): this;
    remove(file: number): this;
    close(): void;
  }
}
