/** What we use of the analyzer, whose own declarations leave it out. */
declare module '@custom-elements-manifest/analyzer' {
  interface Manifest {
    modules: {
      path: string;
      declarations?: {kind: string; members?: {name: string; privacy?: string}[]}[];
    }[];
  }

  /** The analyzer's own TypeScript, which is not the one that checks this project. */
  export const ts: {
    createSourceFile(path: string, text: string, target: number, setParentNodes: boolean): unknown;
    readonly ScriptTarget: {readonly ES2022: number};
  };
  export function create(options: {
    modules: readonly unknown[];
    plugins: readonly unknown[];
    context: Record<string, unknown>;
  }): Manifest;
}

declare module '@custom-elements-manifest/analyzer/src/features/framework-plugins/lit/lit.js' {
  export function litPlugin(): readonly unknown[];
}
