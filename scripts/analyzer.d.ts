/** The part of the analyzer's API that we use; its own declarations leave it out. */
declare module '@custom-elements-manifest/analyzer' {
  /** A member of a class, with the fields that we read. */
  export interface Member {
    readonly name: string;
    readonly privacy?: string;
    readonly attribute?: string;
    /** For an attribute: its property. */
    readonly fieldName?: string;
    readonly default?: string;
    readonly reflects?: boolean;
    readonly type?: {readonly text: string};
    inheritedFrom?: unknown;
  }

  export interface Declaration {
    readonly kind: string;
    readonly name: string;
    readonly tagName?: string;
    superclass?: {readonly name: string; readonly package?: string; readonly module?: string};
    members?: Member[];
    attributes?: Member[];
    events?: Member[];
  }

  export interface Module {
    readonly kind: 'javascript-module';
    readonly path: string;
    readonly declarations?: Declaration[];
    readonly exports?: unknown[];
  }

  export interface Manifest {
    readonly schemaVersion: string;
    readonly readme: string;
    readonly modules: readonly Module[];
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
