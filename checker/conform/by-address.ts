/** Reads of PTEs that were taken for our own by their address alone. */
export class ByAddress {
  private count = 0;
  /** The line of the first. */
  private line: number | undefined;

  taken(line: number): void {
    this.count++;
    this.line ??= line;
  }

  /** A later line shows that the read was of our page. */
  proved(line: number): void {
    if (this.count > 0) this.count--;
    if (this.line === line) this.line = undefined;
  }

  /** One sentence about the reads that no line has proved. */
  gaps(): string[] {
    if (this.count === 0) return [];
    const many = this.count === 1 ? '1 read of a PTE is' : `${this.count} reads of PTEs are`;
    const first = this.line === undefined ? '' : `, first at line ${this.line}`;
    return [
      `${many} taken for the log's own by the address alone${first}: another process may have ` +
        'a page there; a new capture.sh records the vma',
    ];
  }
}
